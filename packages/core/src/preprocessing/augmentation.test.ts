import type { Augmentation } from '@holdfast/contracts/hyperparameters';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAugmentation, imageSide, shiftImage, turnImage } from './augmentation.ts';
import { fitFeaturePipeline, transformFeatures } from './feature-pipeline.ts';

const seed = deriveSeed(0, 'augmentation');
const side = 5;
const columns = side * side;
const cross = Float64Array.from({ length: columns }, (_, i) => (i === 7 || i === 12 || i === 13 ? 1 + i : 0));

function moved(move: (into: Float64Array) => void): number[][] {
  const into = new Float64Array(columns);
  move(into);
  return Array.from({ length: side }, (_, y) => [...into.subarray(y * side, (y + 1) * side)]);
}

describe('an image', () => {
  test('moves by whole pixels, and goes on beyond its edge as it is there', () => {
    expect(moved((into) => shiftImage(cross, side, 1, 2, into))).toEqual([
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 8, 0],
      [0, 0, 0, 13, 14],
    ]);
    expect(moved((into) => shiftImage(cross, side, -3, 0, into))[2]).toEqual([14, 0, 0, 0, 0]);
    const edge = Float64Array.from(cross, (_, i) => i % side);
    expect(moved((into) => shiftImage(edge, side, 2, 0, into))[0]).toEqual([0, 0, 0, 1, 2]);
  });

  test('comes back to itself after four quarter turns, and stays as it is turned by nothing', () => {
    expect(moved((into) => turnImage(cross, side, 0, into)).flat()).toEqual([...cross]);
    let image = Float64Array.from(cross);
    for (let quarter = 0; quarter < 4; quarter++) {
      const turned = new Float64Array(columns);
      turnImage(image, side, Math.PI / 2, turned);
      // A pixel above the middle goes to the right of it.
      if (quarter === 0) expect(turned[2 * side + 3]).toBeCloseTo(8, 12);
      image = turned;
    }
    for (const [i, value] of image.entries()) expect(value).toBeCloseTo(cross[i]!, 9);
  });

  test('never leaves the range of its own values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: columns, maxLength: columns }),
        fc.double({ min: -7, max: 7, noNaN: true }),
        (values, angle) => {
          const flat = moved((into) => turnImage(Float64Array.from(values), side, angle, into)).flat();
          const room = 1e-9;
          expect(Math.min(...flat)).toBeGreaterThanOrEqual(Math.min(...values) - room);
          expect(Math.max(...flat)).toBeLessThanOrEqual(Math.max(...values) + room);
        },
      ),
    );
  });

  test('is square', () => {
    expect([64, 784, 9].map(imageSide)).toEqual([8, 28, 3]);
    expect([1, 4, 63, 65, 50].map(imageSide)).toEqual([null, null, null, null, null]);
  });
});

describe('rows of an epoch', () => {
  const rows = 300;
  const features = Float64Array.from({ length: rows * columns }, (_, i) => (i * 7919) % 17);
  const pipeline = fitFeaturePipeline(
    'minMax',
    { features, columns },
    Int32Array.from({ length: rows }, (_, i) => i),
  );
  const all = Int32Array.from({ length: rows }, (_, i) => i);

  function epochOf(augmentation: Augmentation, epoch: number, chosen = all, noise = 0): Float32Array {
    const scaled = transformFeatures(pipeline, features, chosen);
    const augment = createAugmentation(
      { noise, augmentation },
      { pipeline, features, rows: chosen, scaled, seed },
    );
    const inputs = new Float32Array(scaled.length);
    augment!(epoch, inputs);
    return inputs;
  }

  const every: Augmentation = [
    { kind: 'shift', pixels: 1 },
    { kind: 'rotate', degrees: 20 },
    { kind: 'noise', deviation: 0.1 },
  ];

  test('are the same for an epoch, others for another and for another order of steps', () => {
    const first = epochOf(every, 1);
    expect(epochOf(every, 1)).toEqual(first);
    expect(epochOf(every, 2)).not.toEqual(first);
    expect(epochOf([every[1]!, every[0]!, every[2]!], 1)).not.toEqual(first);
  });

  test.each(every)('are changed by $kind, and follow from their place among the rows', (step) => {
    const first = epochOf([step], 3);
    expect(first).not.toEqual(transformFeatures(pipeline, features, all));
    const fewer = all.subarray(0, 10);
    expect(epochOf([step], 3, fewer)).toEqual(first.slice(0, 10 * columns));
  });

  test('that are shifted are whole images, each way as often as another', () => {
    const counts = new Map<string, number>();
    const inputs = epochOf([{ kind: 'shift', pixels: 1 }], 1);
    const shifted = new Float64Array(columns);
    for (let row = 0; row < rows; row++) {
      const seen = [...inputs.subarray(row * columns, (row + 1) * columns)];
      const ways: string[] = [];
      for (const right of [-1, 0, 1]) {
        for (const down of [-1, 0, 1]) {
          shiftImage(features.subarray(row * columns, (row + 1) * columns), side, right, down, shifted);
          const candidate = transformFeatures(pipeline, shifted, 1);
          if (candidate.every((value, i) => value === seen[i])) ways.push(`${right} ${down}`);
        }
      }
      expect(ways).toHaveLength(1);
      counts.set(ways[0]!, (counts.get(ways[0]!) ?? 0) + 1);
    }
    expect(counts.size).toBe(9);
    for (const count of counts.values()) expect(count).toBeGreaterThan(rows / 9 / 2);
  });

  test('are as they were without augmentation, and noise alone has the bits that it had', () => {
    const given = { pipeline, features, rows: all, scaled: new Float32Array(0), seed };
    expect(createAugmentation({ noise: 0 }, given)).toBeNull();
    expect(createAugmentation({ noise: 0, augmentation: [] }, given)).toBeNull();
  });

  test('that are no square images are refused', () => {
    const three = fitFeaturePipeline('none', { features, columns: 3 }, all.subarray(0, 10));
    const given = { pipeline: three, features, rows: all, scaled: new Float32Array(30), seed };
    expect(() => createAugmentation({ noise: 0, augmentation: [every[0]!] }, given)).toThrow('square images');
    expect(createAugmentation({ noise: 0, augmentation: [every[2]!] }, given)).not.toBeNull();
  });
});
