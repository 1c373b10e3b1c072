import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditionOn, describeCondition, readRange, withCondition, writeRange } from './where.ts';

describe('conditions', () => {
  it('replace the one on the same name, and can be taken away', () => {
    const where = withCondition(['optimizer:adam', 'l2:0..0.1'], 'optimizer', 'sgd|adam');
    expect(where).toEqual(['l2:0..0.1', 'optimizer:sgd|adam']);
    expect(conditionOn(where, 'optimizer')).toBe('sgd|adam');
    expect(withCondition(where, 'l2', null)).toEqual(['optimizer:sgd|adam']);
    expect(conditionOn(where, 'noise')).toBeNull();
  });

  it('are told as one reads them', () => {
    expect(
      ['learningRate:0.001..0.1', 'score:0.9..', 'l2:..0.01', 'hiddenLayers:[32]|[64]'].map(
        describeCondition,
      ),
    ).toEqual(['learningRate 0.001 to 0.1', 'score ≥ 0.9', 'l2 ≤ 0.01', 'hiddenLayers: 32 or 64']);
  });

  it('write ranges that are read the same', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (min, max) => {
        const read = readRange(writeRange([min, max]));
        const normal = [min === Infinity ? -Infinity : min, max === -Infinity ? Infinity : max];
        // −0 is written as 0.
        expect(read?.map((end) => end + 0)).toEqual(normal.map((end) => end + 0));
      }),
    );
    expect(readRange('[32]|[64]')).toBeNull();
  });
});
