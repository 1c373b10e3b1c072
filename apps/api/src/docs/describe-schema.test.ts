import { expect, test } from 'vitest';
import { describeSchema } from './describe-schema.ts';

test.each([
  [{ type: 'integer', minimum: 1, maximum: 10 }, 'integer, from 1 to 10'],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
  [{ enum: ['a', 'b'] }, '<code>&#34;a&#34;</code> | <code>&#34;b&#34;</code>'],
  [{ type: 'array', items: { type: 'number' } }, 'list of number'],
  [{ $ref: '#/components/schemas/Trial' }, '<a href="#schema-Trial">Trial</a>'],
  [{ type: 'object', additionalProperties: { type: 'number' } }, 'object, each value number'],
  [{}, 'any'],
])('%j is said in a line', (schema, type) => {
  expect(describeSchema(schema)).toEqual({ type, parts: '' });
});

test('an object lists what is in it, optional or not, and its own defaults', () => {
  const { type, parts } = describeSchema({
    type: 'object',
    properties: { folds: { type: 'integer', default: 5 }, name: { type: 'string', description: 'a <name>' } },
    required: ['folds'],
  });
  expect(type).toBe('object');
  expect(parts).toBe(
    '<ul class="schema"><li><code>folds</code> <span class="type">integer, <code>5</code> unless given</span></li>' +
      '<li><code>name</code> <span class="type">string, optional</span> a &#60;name&#62;</li></ul>',
  );
});

test('alternatives that hold something are listed', () => {
  const { type, parts } = describeSchema({
    anyOf: [{ type: 'object', properties: { a: { type: 'null' } } }, { const: 'full' }],
  });
  expect(type).toBe('one of');
  expect(parts).toMatch(/<li><span class="type">object<\/span><ul .*<li><span class="type"><code>/);
});
