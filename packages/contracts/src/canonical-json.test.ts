import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

describe('canonicalJson', () => {
  test('sorts keys by code unit, at every depth, and writes no white space', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'é"' }], a: true, A: -0, 10: 1, 9: 2 })).toBe(
      '{"10":1,"9":2,"A":0,"a":true,"b":[1,{"c":"é\\"","d":null}]}',
    );
  });

  test('says the same whatever the order of keys, and keeps the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  test.each([
    ['NaN', { a: [0, Number.NaN] }, /NaN at "\/a\/1"/],
    ['an infinity', Number.POSITIVE_INFINITY, /Infinity at ""/],
    ['undefined', { a: undefined }, /undefined at "\/a"/],
    ['a date', new Date(0), /object/],
    ['a bigint', 1n, /bigint/],
  ])('refuses %s', (_, value, message) => {
    expect(() => canonicalJson(value)).toThrow(message);
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}
