import { type SearchSpecInput, searchSpecSchema } from '@holdfast/contracts/search-spec';
import { describe, expect, test } from 'vitest';
import { adviseOrder } from './advise-order.ts';
import { resolveSpec } from './resolve-spec.ts';

function advise(
  sent: Omit<SearchSpecInput, 'dataset'>,
  { weights = 500, estimatedSeconds = 60 }: { weights?: number; estimatedSeconds?: number } = {},
): string[] {
  const dataset = {
    id: 'ds_00000000000000000001',
    task: 'classification' as const,
    trainRows: 200,
    rowsPerClass: { a: 100, b: 100 },
    group: false,
    time: false,
  };
  const resolved = resolveSpec(searchSpecSchema.parse({ ...sent, dataset: dataset.id }), dataset);
  if ('errors' in resolved) throw new Error(JSON.stringify(resolved.errors));
  const { spec } = resolved;
  return adviseOrder({ spec, trainRows: 200, weightCounts: [weights * 9, weights], estimatedSeconds }).map(
    ({ code }) => code,
  );
}

describe('the order of trying', () => {
  test('is kept by the defaults', () => {
    expect(advise({})).toEqual([]);
    expect(advise({ space: { optimizer: ['sgd', 'adam'], l1: [0, 0.001], l2: [0, 0.001] } })).toEqual([]);
    expect(advise({ strategy: { kind: 'list', trials: [{}] } })).toEqual([]);
  });

  test('is told where it is left', () => {
    expect(advise({ space: { optimizer: ['sgd', 'rmsprop'] } })).toEqual(['adamFirst']);
    expect(advise({ strategy: { kind: 'list', trials: [{ optimizer: 'sgd' }] } })).toEqual(['adamFirst']);
    expect(advise({}, { weights: 5000 })).toEqual(['smallFirst']);
    expect(advise({ space: { l1: { min: 1e-6, max: 1e-3, scale: 'log' } } })).toEqual(['l1Alone']);
    expect(advise({ space: { l1: 0.01, dropout: [0, 0.1] } })).toEqual([]);
  });

  test('takes minutes before hours', () => {
    const hours = { estimatedSeconds: 7300 };
    expect(advise({}, hours)).toEqual(['minutesFirst']);
    expect(advise({ race: { kind: 'forgiving' } }, hours)).toEqual([]);
    expect(advise({ space: { epochs: 81 }, strategy: { kind: 'hyperband' } }, hours)).toEqual([]);
    expect(advise({ limits: { maxSeconds: 600 } }, hours)).toEqual([]);
  });
});
