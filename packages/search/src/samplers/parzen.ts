import { exp } from '@holdfast/numeric/exp';
import { log } from '@holdfast/numeric/log';
import { normalQuantile } from '@holdfast/numeric/normal';
import { pow } from '@holdfast/numeric/pow';
import { applies } from '../space/applicability.ts';
import { type Assignment, contextOf } from '../space/assemble-trial.ts';
import { type Dimension, type DimensionName, isVaried } from '../space/dimensions.ts';
import type { Place } from '../space/locate-trial.ts';
import { valueAt } from '../space/sample.ts';

/** A point of a union of spaces: which space, and where in each of its dimensions that applies. */
export interface Point {
  space: number;
  places: Map<DimensionName, Place>;
}

/** A uniform draw in (0, 1), another one each time. */
export type Uniform = () => number;

/** Optuna's: the width of a kernel of one observation, as a share of the range. */
const widestKernel = 0.2;
const mostKernelsToNarrow = 100;
/** Images further away than so many widths add nothing that a float64 could tell. */
const reach = 8.5;
const inverseRoot = 0.3989422804014327;

interface Kernel {
  space: number;
  /** By the dimension's index in its space; −1: does not apply. */
  choices: Int32Array;
  /** NaN: no range. */
  units: Float64Array;
}

/**
 * A density over a union of conditional spaces, in the coordinates that random draws are uniform in: an equal mixture
 * of one product kernel for each observation and of the uniform density. Products keep which values go together
 * (multivariate); where a dimension applies to a point and not to an observation, that observation's factor is uniform.
 * - Ranges: a normal kernel, reflected at both ends of the range so that no mass is lost (Silverman 1986, section 2.10),
 *   of width 0.2·n^(−1/(d + 4)) (Scott's rule in d numeric dimensions), at least 1 / min(100, n + 2).
 * - Alternatives and spaces: the observed one with probability (1 + 1/m) / (1 + k/m), each of k others (1/m) / (1 + k/m),
 *   m = n + 1.
 */
export class ParzenDensity {
  readonly #spaces: readonly (readonly Dimension[])[];
  readonly #kernels: Kernel[];
  readonly #widths: number[];
  readonly #prior: number;

  constructor(spaces: readonly (readonly Dimension[])[], observations: readonly Point[]) {
    this.#spaces = spaces;
    this.#kernels = observations.map(({ space, places }) => {
      const dimensions = spaces[space]!;
      return {
        space,
        choices: Int32Array.from(dimensions, ({ name }) => places.get(name)?.choice ?? -1),
        units: Float64Array.from(dimensions, ({ name }) => places.get(name)?.unit ?? Number.NaN),
      };
    });
    const count = observations.length;
    this.#prior = 1 / (count + 1);
    this.#widths = spaces.map((dimensions) => {
      const numeric = dimensions.filter(({ alternatives }) =>
        alternatives.some(({ kind }) => kind === 'range'),
      ).length;
      const scott = widestKernel * pow(Math.max(1, count), -1 / (numeric + 4));
      return Math.max(scott, 1 / Math.min(mostKernelsToNarrow, count + 2));
    });
  }

  /** Draws a point: a kernel, then each dimension that applies to what is drawn before it. */
  sample(draw: Uniform): Point {
    const index = Math.min(this.#kernels.length, Math.floor(draw() * (this.#kernels.length + 1)));
    const kernel = this.#kernels[index];
    const space = this.#choose(kernel?.space ?? -1, this.#spaces.length, draw);
    const within = kernel?.space === space ? kernel : undefined;
    const width = this.#widths[space]!;
    const places = new Map<DimensionName, Place>();
    const assignment: Assignment = {};
    for (const [i, { name, alternatives }] of this.#spaces[space]!.entries()) {
      if (!applies(name, contextOf(assignment))) continue;
      const choice = this.#choose(within?.choices[i] ?? -1, alternatives.length, draw);
      const chosen = alternatives[choice]!;
      let unit: number | null = null;
      if (chosen.kind === 'range') {
        const centre = within?.choices[i] === choice ? within.units[i]! : Number.NaN;
        unit = Number.isNaN(centre) ? draw() : reflect(centre + width * normalQuantile(draw()));
      }
      places.set(name, { choice, unit });
      assignment[name] = valueAt(chosen, unit);
    }
    return { space, places };
  }

  /** The logarithm of the density at a point. */
  logDensity({ space, places }: Point): number {
    const dimensions = this.#spaces[space]!;
    const width = this.#widths[space]!;
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
        if (observed === choice && unit === unit)
          product *= reflectedNormal(unit, kernel.units[index]!, width);
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

function reflect(x: number): number {
  let folded = Math.abs(x) % 2;
  if (folded > 1) folded = 2 - folded;
  return folded;
}

function reflectedNormal(x: number, centre: number, width: number): number {
  let sum = 0;
  for (const image of [centre, -centre, 2 - centre]) {
    const z = (x - image) / width;
    if (z < reach && z > -reach) sum += exp(-0.5 * z * z);
  }
  return (sum * inverseRoot) / width;
}
