import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Space } from '@holdfast/contracts/space';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { createStream } from '@holdfast/numeric/stream';
import { type Dimension, type FreeSpaces, isVaried, spacesOf } from '../space/dimensions.ts';
import { chooseIndex, type Draw, sampleTrial } from '../space/sample.ts';
import { checkTrialNumber, type Sampler } from './sampler.ts';
import { joeKuo } from './sobol-directions.ts';

const bits = 32;
const highest = 0x80000000;
/** Coordinates that there are direction numbers for. No space needs more: two for each of its names, and one. */
export const sobolDimensions = joeKuo.length + 1;

/**
 * The direction numbers V₁ … V₃₂ of one coordinate, the first binary digit highest.
 * Source: Bratley and Fox, "Algorithm 659", ACM TOMS 14 (1988), equations 2 and 3.
 */
function directionNumbers(coordinate: number): Uint32Array {
  const directions = new Uint32Array(bits);
  if (coordinate === 0) {
    for (let k = 0; k < bits; k++) directions[k] = highest >>> k;
    return directions;
  }
  const [a, initial] = joeKuo[coordinate - 1]!;
  const degree = initial.length;
  for (let k = 0; k < bits; k++) {
    if (k < degree) {
      directions[k] = initial[k]! << (bits - 1 - k);
      continue;
    }
    let v = directions[k - degree]! ^ (directions[k - degree]! >>> degree);
    for (let i = 1; i < degree; i++) if ((a >>> (degree - 1 - i)) & 1) v ^= directions[k - i]!;
    directions[k] = v;
  }
  return directions;
}

/**
 * Multiplies the digits by a random lower triangular matrix with ones on its diagonal: digit i becomes itself plus a
 * random choice of the digits before it. Nets stay nets.
 * Source: Matoušek, "On the L₂-discrepancy for anchored boxes", Journal of Complexity 14 (1998), section 2.
 */
function scramble(directions: Uint32Array, seed: string): { directions: Uint32Array; shift: number } {
  const stream = createStream(seed, 'sampling');
  const rows = Uint32Array.from({ length: bits }, (_, digit) => {
    const diagonal = highest >>> digit;
    // The digits before this one are the bits above its own.
    const before = digit === 0 ? 0 : ~(2 * diagonal - 1);
    return ((stream.word(digit) & before) | diagonal) >>> 0;
  });
  const scrambled = directions.map((direction) => {
    let result = 0;
    for (let digit = 0; digit < bits; digit++) {
      if (parity(rows[digit]! & direction) === 1) result |= highest >>> digit;
    }
    return result;
  });
  return { directions: scrambled, shift: stream.word(bits) };
}

function parity(word: number): number {
  let x = word;
  for (let width = 16; width >= 1; width >>= 1) x ^= x >>> width;
  return x & 1;
}

/** Point n of one scrambled coordinate, in (0, 1): 32 digits, in the middle of their cell. */
export function sobolCoordinate(coordinate: number, seed: string): (n: number) => number {
  const { directions, shift } = scramble(directionNumbers(coordinate), seed);
  return (n) => {
    // Gray code order (Antonov and Saleev 1979): the same points, each found by its number.
    let gray = n ^ (n >>> 1);
    let x = shift;
    for (let k = 0; gray !== 0; k++, gray >>>= 1) if (gray & 1) x ^= directions[k]!;
    return ((x >>> 0) + 0.5) / 4294967296;
  };
}

/**
 * Proposes the points of a scrambled Sobol sequence, which fill the space more evenly than independent draws: best with
 * a power of two of trials. Coordinate 0 chooses the space of a union; each space then has coordinates of its own for
 * what it varies, in canonical order, so that the first, which are spread best, are used. A dimension that does not
 * apply leaves its coordinate unused.
 * Source: Sobol 1967; scrambled by a random linear matrix and a digital shift, see `scramble`.
 * @param seed the search's.
 */
export function createSobolSampler<Params extends TrialParams = Hyperparameters>(
  space: Space | FreeSpaces,
  seed: number,
  trials: number,
): Sampler<Params> {
  const subspaces = spacesOf(space);
  const coordinateOf = (index: number) =>
    sobolCoordinate(index, deriveSeed(seed, 'sampling', 'sobol', index));
  const isUnion = subspaces.length > 1;
  const chooseSpace = isUnion ? coordinateOf(0) : () => 0;
  const draws = subspaces.map((dimensions) => drawsOf(dimensions, isUnion ? 1 : 0, coordinateOf));
  return {
    trials,
    propose(n) {
      checkTrialNumber(n, trials);
      const index = chooseIndex(chooseSpace(n), subspaces.length);
      const draw: Draw = (name, what) => draws[index]!.get(`${name}/${what}`)!(n);
      return sampleTrial(subspaces[index]!, draw) as Params;
    },
  };
}

function drawsOf(
  dimensions: readonly Dimension[],
  first: number,
  coordinateOf: (index: number) => (n: number) => number,
): Map<string, (n: number) => number> {
  const draws = new Map<string, (n: number) => number>();
  for (const dimension of dimensions.filter(isVaried)) {
    const { name, alternatives } = dimension;
    if (alternatives.length > 1) draws.set(`${name}/choice`, coordinateOf(first + draws.size));
    if (alternatives.some(({ kind }) => kind === 'range')) {
      draws.set(`${name}/value`, coordinateOf(first + draws.size));
    }
  }
  return draws;
}
