import { describe, expect, it } from 'vitest';
import { wilsonInterval } from './test-interval.ts';
import { judge } from './verdict.ts';

describe('intervals and verdicts of a test', () => {
  it('are Wilson’s for a share', () => {
    // Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263 and 0 of 20.
    const [low, high] = wilsonInterval(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
    expect(wilsonInterval(0, 20)[0]).toBe(0);
    expect(wilsonInterval(0, 20)[1]).toBeCloseTo(0.1611, 4);
    expect(wilsonInterval(20, 20)[1]).toBe(1);
  });

  it('say whether validation promised more or less', () => {
    const promised = { mean: 0.9, standardError: 0.01, corrected: null };
    expect(judge('accuracy', promised, [0.8, 0.95])).toBe('consistent');
    expect(judge('accuracy', promised, [0.7, 0.85])).toBe('optimistic');
    expect(judge('accuracy', promised, [0.92, 0.99])).toBe('pessimistic');
    expect(judge('mse', promised, [1, 2])).toBe('optimistic');
    expect(judge('accuracy', { ...promised, corrected: 0.84 }, [0.7, 0.85])).toBe('consistent');
    expect(judge('accuracy', promised, null)).toBe(null);
  });
});
