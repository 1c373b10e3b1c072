import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toStrictJson } from './strict-json.ts';

test('whatever JSON can hold is written as JSON.stringify writes it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(toStrictJson(value, 'x')).toBe(JSON.stringify(value));
    }),
  );
});

test('a field that is undefined is left out, as ever', () => {
  expect(toStrictJson({ a: 1, b: undefined }, 'x')).toBe('{"a":1}');
});

test('what JSON would turn into null is refused by its place', () => {
  expect(() => toStrictJson({ loss: { mean: Number.NaN } }, 'scores')).toThrow('scores: mean is NaN');
  expect(() => toStrictJson([1, Number.POSITIVE_INFINITY], 'curve')).toThrow('curve: 1 is Infinity');
  expect(() => toStrictJson([1, undefined], 'curve')).toThrow('curve: 1 is undefined');
  expect(() => toStrictJson(undefined, 'spec')).toThrow('spec: the value is undefined');
});
