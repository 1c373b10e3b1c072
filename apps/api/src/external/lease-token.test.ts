import { describe, expect, it } from 'vitest';
import { attemptOf, leaseToken } from './lease-token.ts';

const place = { search: 'se_a', trial: 3, repeat: 0, fold: 2 };

describe('leaseToken', () => {
  it('tells its attempt, at its own fold run alone', () => {
    const token = leaseToken(place, 12);
    expect(attemptOf(place, token)).toBe(12);
    for (const other of [
      { ...place, search: 'se_b' },
      { ...place, trial: 4 },
      { ...place, repeat: 1 },
      { ...place, fold: 3 },
    ]) {
      expect(attemptOf(other, token)).toBeNull();
    }
  });

  it('is nothing else', () => {
    const [, digest] = leaseToken(place, 1).split('-');
    for (const text of [
      '',
      '1',
      `2-${digest}`,
      `01-${digest}`,
      `1-${digest}0`,
      `0-${digest}`,
      ` 1-${digest}`,
    ]) {
      expect(attemptOf(place, text)).toBeNull();
    }
  });
});
