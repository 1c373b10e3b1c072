import { expect, test, vi } from 'vitest';
import { idempotencyKey } from './idempotency-key.ts';

test('128 bits, another each time, without crypto.randomUUID: pages by plain HTTP have none', () => {
  const crypto = globalThis.crypto;
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
  const keys = Array.from({ length: 100 }, idempotencyKey);
  vi.unstubAllGlobals();
  expect(new Set(keys).size).toBe(100);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
});
