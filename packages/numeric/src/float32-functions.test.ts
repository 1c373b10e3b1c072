import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expFloat32 } from './exp-float32.ts';
import { logFloat32 } from './log-float32.ts';

const ULP = 2 ** -23;

test('expFloat32 is a float32 within 2 ulp of e^x', () => {
  fc.assert(
    fc.property(fc.float({ min: -40, max: 40, noNaN: true }), (x) => {
      const value = expFloat32(x);
      expect(Math.fround(value)).toBe(value);
      expect(Math.abs(value - Math.exp(x)) / Math.exp(x)).toBeLessThanOrEqual(2 * ULP);
    }),
    { numRuns: 3000 },
  );
});

test('expFloat32 clamps at ±40 and keeps NaN', () => {
  expect(expFloat32(0)).toBe(1);
  expect(expFloat32(-1e30)).toBe(expFloat32(-40));
  expect(expFloat32(Number.POSITIVE_INFINITY)).toBe(expFloat32(40));
  expect(expFloat32(Number.NaN)).toBeNaN();
});

test('logFloat32 is a float32 within 2 ulp of log x', () => {
  fc.assert(
    fc.property(fc.float({ min: Math.fround(1.2e-38), max: Math.fround(3e38), noNaN: true }), (x) => {
      const value = logFloat32(x);
      expect(Math.fround(value)).toBe(value);
      expect(Math.abs(value - Math.log(x))).toBeLessThanOrEqual(2 * ULP * Math.abs(Math.log(x)));
    }),
    { numRuns: 3000 },
  );
});

test('logFloat32 outside its domain is NaN', () => {
  expect(logFloat32(1)).toBe(0);
  for (const x of [0, -1, 1e-40, Number.POSITIVE_INFINITY, Number.NaN]) expect(logFloat32(x)).toBeNaN();
});

test('the bits are these on every machine and engine', () => {
  let hash = 0x811c9dc5;
  const bits = new DataView(new ArrayBuffer(4));
  const add = (value: number): void => {
    bits.setFloat32(0, value);
    for (let i = 0; i < 4; i++) hash = Math.imul(hash ^ bits.getUint8(i), 0x01000193) >>> 0;
  };
  for (let i = 0; i < 4000; i++) {
    add(expFloat32(Math.fround((i - 2000) * 0.0207)));
    add(logFloat32(Math.fround((i + 1) * 0.00025)));
  }
  expect(hash.toString(16)).toBe('667ac034');
});
