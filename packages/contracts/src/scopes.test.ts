import { expect, test } from 'vitest';
import { covers, type Scope, scopes } from './scopes.ts';

test.each<[Scope, Scope[]]>([
  ['read', ['read']],
  ['submit', ['read', 'submit']],
  ['reveal', ['read', 'reveal']],
  ['admin', ['read', 'submit', 'reveal', 'admin']],
])('%s covers what it says and no more', (given, covered) => {
  expect(scopes.filter((needed) => covers([given], needed))).toEqual(covered);
});
