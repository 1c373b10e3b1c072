import { describe, expect, it } from 'vitest';
import { category, countOf, decimal, parameter } from './figures.ts';
import { ago, duration } from './time.ts';

describe('figures', () => {
  it('keep four decimals while these say something', () => {
    expect([0.97312, 0, 12.5, 0.00001, 250_000].map((figure) => decimal(figure))).toEqual([
      '0.9731',
      '0.0000',
      '12.5000',
      '1.00e-5',
      '2.50e+5',
    ]);
    expect(decimal(null)).toBe('–');
  });

  it('show networks, numbers and what does not apply', () => {
    expect(
      [[64, 32], [], 0.1 + 0.2, 0.0000210512, undefined, 'adam', { perLayer: [0.1] }].map(parameter),
    ).toEqual(['64 · 32', 'none', '0.3', '2.105e-5', '–', 'adam', '{"perLayer":[0.1]}']);
  });

  it('show categories like values', () => {
    expect(['[64,32]', '[]', 'adam', '{"perLayer":[0.1]}'].map(category)).toEqual([
      '64 · 32',
      'none',
      'adam',
      '{"perLayer":[0.1]}',
    ]);
  });

  it('count in words', () => {
    expect([countOf(1, 'trial'), countOf(2000, 'trial')]).toEqual(['1 trial', '2,000 trials']);
  });
});

describe('times', () => {
  it('are as long as one can use', () => {
    expect([0.4, 8, 89, 180, 6000].map(duration)).toEqual(['1 s', '8 s', '89 s', '3 min', '1 h 40 min']);
    const now = Date.parse('2026-01-02T12:00:00Z');
    expect(
      [
        '2026-01-02T11:59:58Z',
        '2026-01-02T11:58:30Z',
        '2026-01-02T11:15:00Z',
        '2026-01-02T07:00:00Z',
        '2025-12-30T12:00:00Z',
      ].map((time) => ago(time, now)),
    ).toEqual(['just now', '1 min ago', '45 min ago', '5 h ago', '3 d ago']);
  });
});
