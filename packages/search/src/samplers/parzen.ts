import { exp } from '@holdfast/numeric/exp';
import { log } from '@holdfast/numeric/log';
import { normalQuantile } from '@holdfast/numeric/normal';
import { normalCdf } from '@holdfast/numeric/normal-cdf';
import { type Dimension, isVaried } from '../space/dimensions.ts';
import type { Place } from '../space/locate-trial.ts';
import { valueAt } from '../space/sample.ts';
import { appliesBeside, type Values } from '../space/trial-shape.ts';

/** A point of a union of spaces: which space, and where in each of its dimensions that applies. */
export interface Point {
  space: number;
  places: Map<string, Place>;
}

/** A uniform draw in (0, 1), another one each time. */
export type Uniform = () => number;

/** A kernel is never narrower than the range divided by the number of kernels, or by this. */
const narrowestShare = 100;
const inverseRootOfTwoPi = 0.3989422804014327;
/** The largest number below 1. */
const largestShare = 1 - Number.EPSILON / 2;

/** Probabilities of an alternative: of the one observed, of another one, of any where none was. */
interface Masses {
  same: number;
  other: number;
  unknown: number;
}

/**
 * A density over a union of conditional spaces, in the coordinates that random draws are uniform in: an equal mixture
 * of one product kernel for each observation and of the uniform density. Products keep which values go together
 * (multivariate); where a dimension applies to a point and not to an observation, that observation's factor is uniform.
 * - Ranges: a normal kernel, cut off at both ends of the range,
 *   as wide as the gap to the farther of its two neighbours in that dimension (Bergstra and others 2011, section 4), the
 *   outermost as the one gap that they have, at least 1 / min(100, n + 2).
 * - Alternatives and spaces: the observed one with probability (1 + 1/m) / (1 + k/m), each of k others (1/m) / (1 + k/m),
 *   m = n + 1.
 */
export class ParzenDensity {
  readonly #spaces: readonly (readonly Dimension[])[];
  readonly #count: number;
  readonly #prior: number;
  /** Of each kernel. */
  readonly #space: Int32Array;
  /** Of each kernel, so many numbers in the arrays below: one for each dimension of its space, by index. */
  readonly #stride: number;
  /** −1: does not apply. */
  readonly #choices: Int32Array;
  /** NaN: no range. */
  readonly #units: Float64Array;
  readonly #widths: Float64Array;
  /** Of the densities: one over what lies within the range. */
  readonly #scales: Float64Array;

  constructor(spaces: readonly (readonly Dimension[])[], observations: readonly Point[]) {
    const count = observations.length;
    const stride = spaces.reduce((most, { length }) => Math.max(most, length), 0);
    this.#spaces = spaces;
    this.#count = count;
    this.#prior = 1 / (count + 1);
    this.#stride = stride;
    this.#space = Int32Array.from(observations, ({ space }) => space);
    this.#choices = new Int32Array(count * stride).fill(-1);
    this.#units = new Float64Array(count * stride).fill(Number.NaN);
    this.#widths = new Float64Array(count * stride);
    this.#scales = new Float64Array(count * stride);
    for (const [kernel, { space, places }] of observations.entries()) {
      for (const [index, { name }] of spaces[space]!.entries()) {
        const place = places.get(name);
        if (place === undefined) continue;
        this.#choices[kernel * stride + index] = place.choice;
        this.#units[kernel * stride + index] = place.unit ?? Number.NaN;
      }
    }
    const narrowest = 1 / Math.min(narrowestShare, count + 2);
    for (const [space, dimensions] of spaces.entries()) {
      for (let index = 0; index < dimensions.length; index++) this.#setWidths(space, index, narrowest);
    }
  }

  /** Draws a point: a kernel, then each dimension that applies to what is drawn before it. */
  sample(draw: Uniform): Point {
    const kernel = Math.min(this.#count, Math.floor(draw() * (this.#count + 1)));
    const observed = kernel < this.#count ? this.#space[kernel]! : -1;
    const space = this.#choose(observed, this.#spaces.length, draw);
    // Where the kernel's numbers begin; −1: none says anything of this space.
    const within = observed === space ? kernel * this.#stride : -1;
    const places = new Map<string, Place>();
    const values: Values = {};
    for (const [i, dimension] of this.#spaces[space]!.entries()) {
      const { name, alternatives } = dimension;
      if (!appliesBeside(dimension, values)) continue;
      const seen = within < 0 ? -1 : this.#choices[within + i]!;
      const choice = this.#choose(seen, alternatives.length, draw);
      const chosen = alternatives[choice]!;
      let unit: number | null = null;
      if (chosen.kind === 'range') {
        const centre = seen === choice ? this.#units[within + i]! : Number.NaN;
        unit = Number.isNaN(centre) ? draw() : drawTruncated(centre, this.#widths[within + i]!, draw());
      }
      places.set(name, { choice, unit });
      values[name] = valueAt(chosen, unit);
    }
    return { space, places };
  }

  /** The logarithm of the density at a point. */
  logDensity({ space, places }: Point): number {
    const dimensions = this.#spaces[space]!;
    const at: { index: number; choice: number; unit: number; masses: Masses | null }[] = [];
    let uniformPart = -log(this.#spaces.length);
    for (const [index, dimension] of dimensions.entries()) {
      const place = places.get(dimension.name);
      if (!place || !isVaried(dimension)) continue;
      const choices = dimension.alternatives.length;
      uniformPart -= log(choices);
      const masses = choices > 1 ? this.#masses(choices) : null;
      at.push({ index, choice: place.choice, unit: place.unit ?? Number.NaN, masses });
    }
    const stride = this.#stride;
    const ofSpaces = this.#masses(this.#spaces.length);
    let sum = exp(uniformPart);
    for (let kernel = 0; kernel < this.#count; kernel++) {
      const isHere = this.#space[kernel] === space;
      let product = isHere ? ofSpaces.same : ofSpaces.other;
      for (const { index, choice, unit, masses } of at) {
        const i = kernel * stride + index;
        const observed = isHere ? this.#choices[i]! : -1;
        if (masses !== null) {
          product *= observed === -1 ? masses.unknown : observed === choice ? masses.same : masses.other;
        }
        if (observed === choice && unit === unit) {
          const z = (unit - this.#units[i]!) / this.#widths[i]!;
          product *= exp(-0.5 * z * z) * this.#scales[i]!;
        }
        if (product === 0) break;
      }
      sum += product;
    }
    return log(sum / (this.#count + 1));
  }

  #setWidths(space: number, dimension: number, narrowest: number): void {
    const units = this.#units;
    const sorted: number[] = [];
    for (let kernel = 0; kernel < this.#count; kernel++) {
      const i = kernel * this.#stride + dimension;
      if (this.#space[kernel] === space && !Number.isNaN(units[i]!)) sorted.push(i);
    }
    sorted.sort((a, b) => units[a]! - units[b]!);
    const only = sorted.length === 1;
    for (const [place, i] of sorted.entries()) {
      const unit = units[i]!;
      const before = only ? unit : place === 0 ? 0 : unit - units[sorted[place - 1]!]!;
      const after = only ? 1 - unit : place === sorted.length - 1 ? 0 : units[sorted[place + 1]!]! - unit;
      const width = Math.min(1, Math.max(narrowest, before, after));
      this.#widths[i] = width;
      const mass = normalCdf((1 - unit) / width) - normalCdf(-unit / width);
      this.#scales[i] = inverseRootOfTwoPi / (width * mass);
    }
  }

  #masses(choices: number): Masses {
    const all = 1 + choices * this.#prior;
    return { same: (1 + this.#prior) / all, other: this.#prior / all, unknown: 1 / choices };
  }

  #choose(observed: number, choices: number, draw: Uniform): number {
    if (choices === 1) return 0;
    const u = draw() * (observed === -1 ? 1 : 1 + choices * this.#prior);
    if (observed !== -1 && u < 1) return observed;
    const share = observed === -1 ? u : (u - 1) / (choices * this.#prior);
    return Math.min(choices - 1, Math.floor(share * choices));
  }
}

/** A draw from N(centre, width) between 0 and 1. */
function drawTruncated(centre: number, width: number, u: number): number {
  const below = normalCdf(-centre / width);
  const mass = normalCdf((1 - centre) / width) - below;
  const z = normalQuantile(Math.min(largestShare, below + mass * u));
  return Math.min(1, Math.max(0, centre + width * z));
}
