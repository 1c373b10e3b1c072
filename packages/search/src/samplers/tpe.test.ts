import { spaceSchema } from '@holdfast/contracts/space';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { subspaceDimensions } from '../space/dimensions.ts';
import { fillDefaults } from '../space/fill-defaults.ts';
import { ParzenDensity, type Point } from './parzen.ts';
import type { Observation } from './sampler.ts';
import { createTpeSampler } from './tpe.ts';

const filled = (space: unknown) => fillDefaults(spaceSchema.parse(space));

const space = filled([
  { optimizer: 'sgd', hiddenLayers: [[8]], learningRate: { min: 0.001, max: 1, scale: 'log' } },
  {
    optimizer: 'adam',
    hiddenLayers: [[8], [16]],
    learningRate: { min: 0.001, max: 1, scale: 'log' },
    l2: [0, { min: 1e-6, max: 1e-2, scale: 'log' }],
  },
]);

function search(trials: number, score: (params: Observation['params']) => number): Observation[] {
  const sampler = createTpeSampler(space, 1, { trials, lag: 4, startupTrials: 10 });
  const history: Observation[] = [];
  for (let n = 0; n < trials; n++) {
    const params = sampler.propose(n, history);
    history.push({ params, value: score(params) });
  }
  return history;
}

describe('the tpe sampler', () => {
  test('finds the space, the choice and the place that are good together', () => {
    const history = search(120, ({ optimizer, learningRate, hiddenLayers }) => {
      const wanted = optimizer === 'adam' && hiddenLayers[0] === 16 ? 0.01 : 0.5;
      const penalty = optimizer === 'sgd' ? 1 : hiddenLayers[0] === 16 ? 0 : 0.5;
      return -Math.abs(Math.log10(learningRate / wanted)) - penalty;
    });
    const late = history.slice(80);
    const good = late.filter(({ params }) => params.optimizer === 'adam' && params.hiddenLayers[0] === 16);
    expect(good.length).toBeGreaterThan(30);
    const near = (from: readonly Observation[]) =>
      from.filter(({ value }) => value! > -0.2).length / from.length;
    expect(near(late)).toBeGreaterThan(near(history.slice(0, 10)) + 0.25);
  });

  test('proposes what has been tried only where all has', () => {
    const small = filled({
      optimizer: ['adam', 'sgd'],
      learningRate: [0.1, 0.2, 0.3],
      hiddenLayers: [[4], [8]],
    });
    const sampler = createTpeSampler(small, 0, { trials: 12, lag: 0, startupTrials: 4 });
    const history: Observation[] = [];
    for (let n = 0; n < 12; n++) {
      const params = sampler.propose(n, history);
      history.push({ params, value: -params.learningRate });
    }
    expect(new Set(history.slice(3).map(({ params }) => JSON.stringify(params))).size).toBeGreaterThanOrEqual(
      8,
    );
  });
});

describe('a warm start', () => {
  const lot = (count: number): Observation[] =>
    search(count, ({ learningRate }) => -Math.abs(Math.log10(learningRate / 0.03)));

  test('takes the place of the first trials, and its own space alone counts', () => {
    const prior = lot(60);
    const outside = prior.map(({ params, value }) => ({ params: { ...params, learningRate: 50 }, value }));
    const options = { trials: 30, lag: 4, startupTrials: 10 };
    const warm = createTpeSampler(space, 2, { ...options, prior });
    const cold = createTpeSampler(space, 2, options);
    const foreign = createTpeSampler(space, 2, { ...options, prior: outside });
    expect([warm.independent, cold.independent, foreign.independent]).toEqual([5, 10, 10]);
    expect(foreign.propose(0)).toEqual(cold.propose(0));
    const history: Observation[] = [];
    for (let n = 0; n < 10; n++) history.push({ params: warm.propose(n, history), value: null });
    const near = history.filter(({ params }) => Math.abs(Math.log10(params.learningRate / 0.03)) < 0.5);
    expect(near.length).toBeGreaterThanOrEqual(7);
  });
});

describe('a Parzen density', () => {
  const spaces = [
    { learningRate: { min: 0, max: 1 }, hiddenLayers: [[]], dropout: 0 },
    { units: { min: 1, max: 4 }, layers: [0, 1], learningRate: [0.1, { min: 0.2, max: 0.9 }] },
  ].map((sent) => subspaceDimensions(fillDefaults(spaceSchema.parse(sent)) as never));

  const points = fc.array(fc.nat(999), { minLength: 0, maxLength: 12 }).map((numbers) => {
    const uniform = new ParzenDensity(spaces, []);
    return numbers.map((number): Point => {
      let next = number;
      return uniform.sample(() => ((next = (next * 137 + 11) % 1009) + 0.5) / 1009.5);
    });
  });

  test('has mass 1, whatever was observed', () => {
    fc.assert(
      fc.property(points, (observations) => {
        const density = new ParzenDensity(spaces, observations);
        // The first space: one range. The second: layers 0 or 1, units where there is a layer, a value or a range.
        const steps = 400;
        const cells = Array.from({ length: steps }, (_, k) => (k + 0.5) / steps);
        const at = (index: number, entries: [string, number, number | null][]) =>
          Math.exp(
            density.logDensity({
              space: index,
              places: new Map(
                entries.map(([name, choice, unit]) => [name, { choice, unit }]),
              ) as Point['places'],
            }),
          ) as number;
        let mass = 0;
        for (const unit of cells) mass += at(0, [['learningRate', 0, unit]]) / steps;
        for (const layers of [0, 1]) {
          const unitsAt = layers === 0 ? [null] : cells.filter((_, k) => k % 20 === 10);
          for (const units of unitsAt) {
            const base: [string, number, number | null][] = [['layers', layers, null]];
            if (units !== null) base.push(['units', 0, units]);
            const share = units === null ? 1 : 1 / unitsAt.length;
            mass += share * at(1, [...base, ['learningRate', 0, null]]);
            for (const rate of cells.filter((_, k) => k % 20 === 10)) {
              mass += (share / 20) * at(1, [...base, ['learningRate', 1, rate]]);
            }
          }
        }
        expect(mass).toBeCloseTo(1, 1);
      }),
      { numRuns: 30 },
    );
  });

  test('of nothing is uniform', () => {
    const density = new ParzenDensity(spaces, []);
    const places = new Map([['learningRate', { choice: 0, unit: 0.3 }]]) as Point['places'];
    expect(density.logDensity({ space: 0, places })).toBeCloseTo(Math.log(0.5), 12);
  });
});
