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

interface Kernel {
  space: number;
  /** By the dimension's index in its space; −1: does not apply. */
  choices: Int32Array;
  /** NaN: no range. */
  units: Float64Array;
  widths: Float64Array;
  /** Of the densities: one over what lies within the range. */
  scales: Float64Array;
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
  readonly #kernels: Kernel[];
  readonly #prior: number;

  constructor(spaces: readonly (readonly Dimension[])[], observations: readonly Point[]) {
    this.#spaces = spaces;
    this.#kernels = observations.map(({ space, places }) => {
      const dimensions = spaces[space]!;
      return {
        space,
        choices: Int32Array.from(dimensions, ({ name }) => places.get(name)?.choice ?? -1),
        units: Float64Array.from(dimensions, ({ name }) => places.get(name)?.unit ?? Number.NaN),
        widths: new Float64Array(dimensions.length),
        scales: new Float64Array(dimensions.length),
      };
    });
    const count = observations.length;
    this.#prior = 1 / (count + 1);
    const narrowest = 1 / Math.min(narrowestShare, count + 2);
    for (const [space, dimensions] of spaces.entries()) {
      const inSpace = this.#kernels.filter((kernel) => kernel.space === space);
      for (let dimension = 0; dimension < dimensions.length; dimension++) {
        setWidths(inSpace, dimension, narrowest);
      }
    }
  }

  /** Draws a point: a kernel, then each dimension that applies to what is drawn before it. */
  sample(draw: Uniform): Point {
    const index = Math.min(this.#kernels.length, Math.floor(draw() * (this.#kernels.length + 1)));
    const kernel = this.#kernels[index];
    const space = this.#choose(kernel?.space ?? -1, this.#spaces.length, draw);
    const within = kernel?.space === space ? kernel : undefined;
    const places = new Map<string, Place>();
    const values: Values = {};
    for (const [i, dimension] of this.#spaces[space]!.entries()) {
      const { name, alternatives } = dimension;
      if (!appliesBeside(dimension, values)) continue;
      const choice = this.#choose(within?.choices[i] ?? -1, alternatives.length, draw);
      const chosen = alternatives[choice]!;
      let unit: number | null = null;
      if (chosen.kind === 'range') {
        const centre = within?.choices[i] === choice ? within.units[i]! : Number.NaN;
        unit = Number.isNaN(centre) ? draw() : drawTruncated(centre, within!.widths[i]!, draw());
      }
      places.set(name, { choice, unit });
      values[name] = valueAt(chosen, unit);
    }
    return { space, places };
  }

  /** The logarithm of the density at a point. */
  logDensity({ space, places }: Point): number {
    const dimensions = this.#spaces[space]!;
    const at: { index: number; choices: number; choice: number; unit: number }[] = [];
    let uniformPart = -log(this.#spaces.length);
    for (const [index, dimension] of dimensions.entries()) {
      const place = places.get(dimension.name);
      if (!place || !isVaried(dimension)) continue;
      const choices = dimension.alternatives.length;
      uniformPart -= log(choices);
      at.push({ index, choices, choice: place.choice, unit: place.unit ?? Number.NaN });
    }
    let sum = exp(uniformPart);
    for (const kernel of this.#kernels) {
      let product = this.#mass(kernel.space, space, this.#spaces.length);
      for (const { index, choices, choice, unit } of at) {
        const observed = kernel.space === space ? kernel.choices[index]! : -1;
        if (choices > 1) product *= this.#mass(observed, choice, choices);
        if (observed === choice && unit === unit) {
          const z = (unit - kernel.units[index]!) / kernel.widths[index]!;
          product *= exp(-0.5 * z * z) * kernel.scales[index]!;
        }
        if (product === 0) break;
      }
      sum += product;
    }
    return log(sum / (this.#kernels.length + 1));
  }

  #mass(observed: number, choice: number, choices: number): number {
    if (observed === -1) return 1 / choices;
    return ((observed === choice ? 1 : 0) + this.#prior) / (1 + choices * this.#prior);
  }

  #choose(observed: number, choices: number, draw: Uniform): number {
    if (choices === 1) return 0;
    const u = draw() * (observed === -1 ? 1 : 1 + choices * this.#prior);
    if (observed !== -1 && u < 1) return observed;
    const share = observed === -1 ? u : (u - 1) / (choices * this.#prior);
    return Math.min(choices - 1, Math.floor(share * choices));
  }
}

function setWidths(kernels: readonly Kernel[], dimension: number, narrowest: number): void {
  const sorted = kernels
    .filter(({ units }) => !Number.isNaN(units[dimension]!))
    .sort((a, b) => a.units[dimension]! - b.units[dimension]!);
  const only = sorted.length === 1;
  for (const [place, { units, widths, scales }] of sorted.entries()) {
    const unit = units[dimension]!;
    const before = only ? unit : place === 0 ? 0 : unit - sorted[place - 1]!.units[dimension]!;
    const after = only
      ? 1 - unit
      : place === sorted.length - 1
        ? 0
        : sorted[place + 1]!.units[dimension]! - unit;
    const width = Math.min(1, Math.max(narrowest, before, after));
    widths[dimension] = width;
    const mass = normalCdf((1 - unit) / width) - normalCdf(-unit / width);
    scales[dimension] = inverseRootOfTwoPi / (width * mass);
  }
}

/** A draw from N(centre, width) between 0 and 1. */
function drawTruncated(centre: number, width: number, u: number): number {
  const below = normalCdf(-centre / width);
  const mass = normalCdf((1 - centre) / width) - below;
  const z = normalQuantile(Math.min(largestShare, below + mass * u));
  return Math.min(1, Math.max(0, centre + width * z));
}
