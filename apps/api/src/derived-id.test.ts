import { searchIdSchema } from '@holdfast/contracts/identifiers';
import { expect, test } from 'vitest';
import { derivedId } from './derived-id.ts';

test('has the form of an id, is the same for the same parts and another for others', () => {
  const id = derivedId('se', 'se_0123456789abcdefghij', 2);
  expect(searchIdSchema.parse(id)).toBe('se_rdyb60bxy3c7ulgawkxl');
  expect(derivedId('se', 'se_0123456789abcdefghij', 2)).toBe(id);
  expect(derivedId('se', 'se_0123456789abcdefghij', 3)).not.toBe(id);
  expect(derivedId('se', 'se_1123456789abcdefghij', 2)).not.toBe(id);
});
