import type { Search } from '@holdfast/contracts/search';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { progressLine, timeLeft } from './progress-line.ts';

function search(completed: number, total: number, eta: number | null): Search {
  return {
    status: eta === null ? 'completed' : 'running',
    best: { trial: 3, score: 0.97321 },
    spec: { objective: { metric: 'accuracy' } },
    progress: {
      trials: { total: 24, waiting: 0, running: 12, completed: 12, pruned: 0, failed: 0, cancelled: 0 },
      folds: { total, completed },
      etaSeconds: eta,
    },
  } as Search;
}

describe('the progress line', () => {
  it('tells trials, folds, best score so far, throughput and time left', () => {
    expect(progressLine(search(60, 120, 12.2), 140)).toBe(
      `[${'█'.repeat(15)}${'░'.repeat(15)}] 12/24 trials · 60/120 folds · best accuracy 0.973 (trial 3) · 4.9 folds/s · 13 s left`,
    );
  });

  it('is never wider than the terminal, and its bar never longer than its room', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), fc.integer({ min: 1, max: 200 }), (a, b, columns) => {
        const line = progressLine(search(Math.min(a, b), Math.max(a, b), 1), columns);
        expect(line.length).toBeLessThan(Math.max(columns, 1) + 1);
        expect(line).not.toMatch(/undefined|NaN/);
      }),
    );
  });

  it('gives the time left in the unit that one would say', () => {
    expect([0.2, 89, 91, 5399, 5401].map(timeLeft)).toEqual([
      '1 s',
      '89 s',
      '2 min',
      '1 h 30 min',
      '1 h 31 min',
    ]);
  });
});
