import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadNativeEngine } from './load-native-engine.ts';

test('where it was not built it says so', () => {
  expect(loadNativeEngine('/nowhere/holdfast.node')).toEqual({
    reason: expect.stringContaining('not built'),
  });
});

test('a damaged addon is a reason, not an error', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-addon-'));
  try {
    const path = join(folder, 'holdfast.node');
    writeFileSync(path, 'no addon');
    expect(loadNativeEngine(path)).toEqual({ reason: expect.stringContaining('does not load') });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
