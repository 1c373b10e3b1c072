import { expect, test } from 'vitest';
import { deriveSeed, seedWords, sipHash } from './derive-seed.ts';

test('SipHash-2-4 gives the published answers', () => {
  const key = [0x0706050403020100n, 0x0f0e0d0c0b0a0908n] as const;
  const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, i) => i);
  // From the paper's appendix A (15 bytes) and the authors' vectors (0 and 8 bytes).
  expect(sipHash(bytes(15), ...key)).toBe(0xa129ca6149be45e5n);
  expect(sipHash(bytes(0), ...key)).toBe(0x726fdb47dd0e0e31n);
  expect(sipHash(bytes(8), ...key)).toBe(0x93f5f5799a932462n);
});

test('every part, its type and its place count', () => {
  const seeds = [
    deriveSeed(0),
    deriveSeed(1),
    deriveSeed(0, 0),
    deriveSeed(0, 1, 2),
    deriveSeed(0, 2, 1),
    deriveSeed(0, '1', 2),
    deriveSeed(0, 'a', 'bc'),
    deriveSeed(0, 'ab', 'c'),
    deriveSeed(0.5),
  ];
  expect(new Set(seeds).size).toBe(seeds.length);
  for (const seed of seeds) expect(seed).toMatch(/^[0-9a-f]{16}$/);
  expect(deriveSeed(-0, -0)).toBe(deriveSeed(0, 0));
  expect(deriveSeed(7, 'trial', 3)).toBe('920905b251fb1bf3');
});

test('bad parts and seeds are errors', () => {
  expect(() => deriveSeed(0, Number.NaN)).toThrow('Part 1 of a seed is NaN');
  expect(() => seedWords('12')).toThrow(RangeError);
  expect(seedWords('00000001ffffffff')).toEqual([1, 0xffffffff]);
});
