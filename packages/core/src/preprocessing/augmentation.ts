import type { Augmentation, AugmentationStep, Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { boundedInteger } from '@holdfast/numeric/bounded-integer';
import type { Seed } from '@holdfast/numeric/derive-seed';
import { normal } from '@holdfast/numeric/normal';
import { cos, sin } from '@holdfast/numeric/sin-cos';
import { createStream, type Stream } from '@holdfast/numeric/stream';
import { uniform } from '@holdfast/numeric/uniform';
import { type FeaturePipeline, transformFeatures } from './feature-pipeline.ts';
import { addNoise } from './noise.ts';

/** Writes the training rows of an epoch (from 1) into `inputs`: rows × inputs, float32. */
export type AugmentEpoch = (epoch: number, inputs: Float32Array) => void;

type ImageStep = Exclude<AugmentationStep, { kind: 'noise' }>;

/** Of raw values that are held at a time. */
const rowsAtOnce = 256;
const radiansPerDegree = 0.017453292519943295;
/** Streams of an epoch: one for each step. */
const mostSteps = 8;

/** The side of the square images that rows of so many columns are; `null` where they are none. */
export function imageSide(columns: number): number | null {
  const side = Math.floor(Math.sqrt(columns) + 0.5);
  // Four columns are a table.
  return side > 2 && side * side === columns ? side : null;
}

/** Whether an augmentation moves pixels, which only images have. */
export function needsImages(augmentation: Augmentation = []): boolean {
  return augmentation.some(({ kind }) => kind !== 'noise');
}

/**
 * What changes training rows anew in each epoch, or `null` where nothing does. Images are shifted and turned as raw values, in
 * the order of the steps, and scaled then as the fold's training rows are; noise is added last. Each epoch begins with the
 * rows as they are. Draws come from a stream of each epoch and step, at places that depend on the row's place among the given ones
 * alone: whatever engine, thread or checkpoint a training goes on from, an epoch sees the same rows.
 * @param features raw, row-major, of all rows of the data set
 * @param rows those that gradients are taken from
 * @param scaled these rows as they are, scaled
 * @throws RangeError where columns that make no square image are to be shifted or turned
 */
export function createAugmentation(
  { noise, augmentation = [] }: Pick<Hyperparameters, 'noise' | 'augmentation'>,
  {
    pipeline,
    features,
    rows,
    scaled,
    seed,
  }: {
    pipeline: FeaturePipeline;
    features: Float64Array;
    rows: Int32Array;
    scaled: Float32Array;
    seed: Seed;
  },
): AugmentEpoch | null {
  if (noise === 0 && augmentation.length === 0) return null;
  const images = needsImages(augmentation)
    ? { columns: pipeline.scaler.scale.length, pipeline, features, rows }
    : null;
  const side = images === null ? null : imageSide(images.columns);
  if (images !== null && (side === null || pipeline.columns !== null)) {
    throw new RangeError(
      `shift and rotate need square images, a number in each column and none missing; ${images.columns} inputs are none`,
    );
  }
  return (epoch, inputs) => {
    const streamOf = (step: number) => createStream(seed, 'augmentation', epoch * mostSteps + step);
    if (images === null) inputs.set(scaled);
    else moveImages(augmentation, { ...images, side: side! }, streamOf, inputs);
    for (const [step, { kind, ...of }] of augmentation.entries()) {
      if (kind === 'noise') addDraws(inputs, (of as { deviation: number }).deviation, streamOf(step));
    }
    if (noise > 0) addNoise(inputs, noise, seed, epoch, inputs);
  };
}

function addDraws(inputs: Float32Array, deviation: number, stream: Stream): void {
  for (let i = 0; i < inputs.length; i++) inputs[i] = inputs[i]! + Math.fround(deviation * normal(stream, i));
}

function moveImages(
  augmentation: Augmentation,
  images: {
    side: number;
    columns: number;
    pipeline: FeaturePipeline;
    features: Float64Array;
    rows: Int32Array;
  },
  streamOf: (step: number) => Stream,
  inputs: Float32Array,
): void {
  const { side, columns, pipeline, features, rows } = images;
  const steps = augmentation.flatMap((step, i) =>
    step.kind === 'noise' ? [] : [{ step, stream: streamOf(i) }],
  );
  let image = new Float64Array(columns);
  let moved = new Float64Array(columns);
  const block = new Float64Array(Math.min(rowsAtOnce, rows.length) * columns);
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows.length - from);
    for (let i = 0; i < count; i++) {
      const at = rows[from + i]! * columns;
      image.set(features.subarray(at, at + columns));
      for (const { step, stream } of steps) {
        moveImage(step, stream, from + i, side, image, moved);
        [image, moved] = [moved, image];
      }
      block.set(image, i * columns);
    }
    inputs.set(transformFeatures(pipeline, block, count), from * columns);
  }
}

/** Beyond its edge an image goes on as it is there. */
function moveImage(
  step: ImageStep,
  stream: Stream,
  row: number,
  side: number,
  image: Float64Array,
  moved: Float64Array,
): void {
  if (step.kind === 'shift') {
    // Four words each, though two mostly do: a draw that is rejected takes another.
    const right = boundedInteger({ stream, next: 8 * row }, 2 * step.pixels + 1) - step.pixels;
    const down = boundedInteger({ stream, next: 8 * row + 4 }, 2 * step.pixels + 1) - step.pixels;
    shiftImage(image, side, right, down, moved);
  } else {
    const angle = (2 * uniform(stream, row) - 1) * step.degrees * radiansPerDegree;
    turnImage(image, side, angle, moved);
  }
}

/** Moves an image by whole pixels into `moved`; `down` towards later rows. */
export function shiftImage(
  image: Float64Array,
  side: number,
  right: number,
  down: number,
  moved: Float64Array,
): void {
  for (let y = 0; y < side; y++) {
    const from = side * within(y - down, side);
    for (let x = 0; x < side; x++) moved[side * y + x] = image[from + within(x - right, side)]!;
  }
}

/**
 * Turns an image about its middle by `angle` radians, from the right axis towards the lower one, into `turned`: each pixel is
 * taken from where it was, between the four nearest pixels (bilinear), all in float64 in this order.
 */
export function turnImage(image: Float64Array, side: number, angle: number, turned: Float64Array): void {
  const middle = (side - 1) / 2;
  const [c, s] = [cos(angle), sin(angle)];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [dx, dy] = [x - middle, y - middle];
      const fromX = clamp(middle + (c * dx + s * dy), side);
      const fromY = clamp(middle + (c * dy - s * dx), side);
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const [right, below] = [within(left + 1, side), within(top + 1, side)];
      const [wx, wy] = [fromX - left, fromY - top];
      const upper = image[side * top + left]! * (1 - wx) + image[side * top + right]! * wx;
      const lower = image[side * below + left]! * (1 - wx) + image[side * below + right]! * wx;
      turned[side * y + x] = upper * (1 - wy) + lower * wy;
    }
  }
}

function within(at: number, side: number): number {
  return at < 0 ? 0 : at >= side ? side - 1 : at;
}

function clamp(at: number, side: number): number {
  return at < 0 ? 0 : at > side - 1 ? side - 1 : at;
}
