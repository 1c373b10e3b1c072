import { describe, expect, it } from 'vitest';
import { toJsonPointer, toPlacedMessages } from './json-pointer.ts';
import { searchSpecSchema } from './search-spec.ts';

function complain(body: unknown): string[] {
  const parsed = searchSpecSchema.safeParse(body);
  return parsed.success
    ? []
    : toPlacedMessages(parsed.error, searchSpecSchema).map((error) => `${error.pointer} ${error.message}`);
}

describe('JSON Pointers', () => {
  it('escape ~ and / as RFC 6901 says', () => {
    expect(toJsonPointer(['a/b', 'm~n', 0])).toBe('/a~1b/m~0n/0');
    expect(toJsonPointer([])).toBe('');
  });
});

describe('complaints about a search', () => {
  it('has none about the shortest one', () => {
    expect(complain({ dataset: 'iris' })).toEqual([]);
  });

  it('point to unknown fields', () => {
    expect(complain({ dataset: 'iris', sapce: {} })).toEqual(['/sapce Unknown field. Did you mean space?']);
    expect(complain({ dataset: 'iris', whatever: {} })).toEqual([
      '/whatever Unknown field. Remove it, or check its spelling.',
    ]);
    expect(complain({ dataset: 'iris', strategy: { kind: 'sobol', trails: 3 } })).toEqual([
      '/strategy/trails Unknown field. Did you mean trials?',
    ]);
    expect(complain({ dataset: 'iris', space: { learningrate: 1 } })[0]).toMatch(
      /^\/space\/learningrate Unknown field/,
    );
  });

  it('point to the value inside a union of spaces', () => {
    expect(
      complain({ dataset: 'iris', space: [{}, { learningRate: { min: 0, max: 1, sclae: 'log' } }] })[0],
    ).toMatch(/^\/space\/1\/learningRate\/sclae Unknown field/);
  });

  it('stand by names that every object has', () => {
    expect(complain({ dataset: 'iris', constructor: 1, space: { toString: 1 } })).toEqual([
      '/space/toString Unknown field. Remove it, or check its spelling.',
      '/constructor Unknown field. Remove it, or check its spelling.',
    ]);
  });

  it('name the kinds that there are', () => {
    expect(complain({ dataset: 'iris', crossValidation: { kind: 'kfold' } })).toEqual([
      '/crossValidation/kind must be one of "plain", "stratified", "grouped", "stratifiedGrouped", "blocked", "holdout"',
    ]);
  });

  it('say how a flat list of layers is meant to be written', () => {
    expect(complain({ dataset: 'iris', space: { hiddenLayers: [128, 64] } })[0]).toMatch(
      /^\/space\/hiddenLayers .*for one network write \[\[128,64\]\]/,
    );
  });

  it.each([
    ['a number as text', { learningRate: '0.1' }, /^\/space\/learningRate /],
    ['null for a number', { l2: null }, /^\/space\/l2 /],
    ['text for a list', { optimizer: 'adamw' }, /^\/space\/optimizer /],
    ['half a range', { learningRate: { min: 0.1 } }, /^\/space\/learningRate\/max /],
  ])('refuse %s', (_name, space, message) => {
    expect(complain({ dataset: 'iris', space })[0]).toMatch(message);
  });
});
