import type { ApiKey } from '@holdfast/db/api-keys';
import { expect, test } from 'vitest';
import { keysTable } from './keys-table.ts';

const at = (text: string) => new Date(text);
const key = (id: string, more: Partial<ApiKey>): ApiKey => ({
  id,
  name: 'ci',
  scopes: ['submit'],
  requestsPerSecond: null,
  requestsInFlight: null,
  createdAt: at('2026-01-02T03:04:05Z'),
  expiresAt: null,
  revokedAt: null,
  replaces: null,
  ...more,
});

test('tells of each key what it may do and how long', () => {
  const keys = [
    key('0000000001', { scopes: ['read', 'reveal'] }),
    key('0000000002', { expiresAt: at('2026-03-01T10:00:00Z') }),
    key('0000000003', { expiresAt: at('2026-01-03T00:00:00Z') }),
    key('0000000004', { revokedAt: at('2026-01-04T00:00:00Z') }),
  ];
  expect(
    keysTable(keys, at('2026-02-01T00:00:00Z')),
  ).toBe(`id          name  scopes       state                    created
0000000001  ci    read,reveal  for ever                 2026-01-02
0000000002  ci    submit       until 2026-03-01T10:00Z  2026-01-02
0000000003  ci    submit       expired 2026-01-03       2026-01-02
0000000004  ci    submit       revoked 2026-01-04       2026-01-02
`);
});

test('says how to make the first', () => {
  expect(keysTable([], new Date())).toMatch('holdfast keys create');
});
