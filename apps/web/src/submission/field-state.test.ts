import { subspaceSchema } from '@holdfast/contracts/space';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readField, writeField } from './field-state.ts';
import { type SpaceField, spaceFields } from './space-fields.ts';

const fields = new Map(spaceFields().map((field) => [field.name as string, field]));
const field = (name: string) => fields.get(name) as SpaceField;

describe('the fields of a space', () => {
  it('are those of the contract, in its order', () => {
    expect([...fields.keys()]).toEqual(Object.keys(subspaceSchema.shape));
    expect(field('optimizer')).toMatchObject({
      kind: 'choice',
      options: ['sgd', 'adagrad', 'rmsprop', 'adam'],
    });
    expect(field('regularizeOutput')).toMatchObject({ kind: 'choice', options: [true, false] });
    expect(field('scaler').options).toEqual(['none', 'maxAbs', 'minMax', 'standard']);
    for (const name of ['learningRate', 'l2', 'dropout', 'batchSize', 'epochs', 'units', 'noise']) {
      expect(field(name), name).toMatchObject({ kind: 'number', ranges: true });
    }
    expect(field('hiddenLayers')).toMatchObject({ kind: 'network', ranges: false });
  });
});

describe('a field of the form', () => {
  it('writes what was typed', () => {
    const written = (name: string, text: string) => writeField(field(name), { mode: 'values', text });
    expect(written('hiddenLayers', '32 | 128, 64 | none')).toEqual([[32], [128, 64], []]);
    expect(written('learningRate', '0.01')).toBe(0.01);
    expect(written('l2', '0, 1e-4')).toEqual([0, 0.0001]);
    expect(written('batchSize', '32, full')).toEqual([32, 'full']);
    expect(written('learningRate', 'a lot')).toBe('a lot');
    expect(
      writeField(field('learningRate'), { mode: 'range', min: '0.001', max: '', scale: 'log', points: '' }),
    ).toEqual({ min: 0.001, max: '', scale: 'log' });
    expect(writeField(field('optimizer'), { mode: 'choices', chosen: [] })).toBeUndefined();
  });

  it('gives back every value that a space may have', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-9, max: 1e6 });
    const range = fc.record(
      { min: number, max: number, scale: fc.constant('log'), points: fc.integer({ min: 2, max: 9 }) },
      { requiredKeys: ['min', 'max'] },
    );
    const values: [string, fc.Arbitrary<unknown>][] = [
      ['learningRate', fc.oneof(number, range, fc.array(number, { minLength: 2 }))],
      ['l2', fc.array(fc.oneof(number, range), { minLength: 2, maxLength: 3 })],
      [
        'hiddenLayers',
        fc.array(fc.array(fc.integer({ min: 1, max: 512 }), { maxLength: 3 }), {
          minLength: 1,
          maxLength: 4,
        }),
      ],
      ['optimizer', fc.oneof(fc.constantFrom('adam', 'sgd'), fc.constant(['adam', 'sgd']))],
      ['scaler', fc.constantFrom('minMax', { kind: 'maxAbs', per: 'all' })],
      ['regularizeOutput', fc.boolean()],
      ['batchSize', fc.constantFrom(32, 'full', [16, 'full'])],
      ['dropout', fc.constantFrom(0.1, [0, 0.1], { perLayer: [0.1, 0.2] })],
    ];
    for (const [name, arbitrary] of values) {
      fc.assert(
        fc.property(arbitrary, (value) => {
          expect(writeField(field(name), readField(field(name), value)), name).toEqual(value);
        }),
      );
    }
  });
});
