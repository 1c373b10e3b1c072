import { expect, it } from 'vitest';
import { LeastRecentlyUsed } from './least-recently-used.ts';

it('forgets what was asked for longest ago', () => {
  const cache = new LeastRecentlyUsed<number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  cache.get('a');
  cache.set('c', 3);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
});

it('counts weights, those of replaced values no more', () => {
  const cache = new LeastRecentlyUsed<string>(10);
  cache.set('a', 'old', 9);
  cache.set('a', 'new', 4);
  cache.set('b', 'b', 6);
  expect([cache.get('a'), cache.get('b')]).toEqual(['new', 'b']);
  cache.set('c', 'heavier than all', 50);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([
    undefined,
    undefined,
    'heavier than all',
  ]);
});
