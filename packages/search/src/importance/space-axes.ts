import { type AnyResolvedSpec, isExternal } from '@holdfast/contracts/any-spec';
import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { Range } from '@holdfast/contracts/space';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import { type Dimension, dimensionOrder, spacesOf, type Value } from '../space/dimensions.ts';
import { rangeValues } from '../space/range-values.ts';
import { unitOfRange } from '../space/sample.ts';
import { searchedSpace } from '../space/searched-space.ts';
import { appliesIn, valueInTrial } from '../space/trial-shape.ts';

/** A part of an axis: a value, or a range with all that is drawn from it. */
type Part = { weight: number; from: number } & (
  | { kind: 'value'; value: Value }
  | { kind: 'range'; range: Range; integer: boolean }
);

/**
 * A hyperparameter as an interval from 0 to 1 on which every place is as likely as the next when the space is drawn from:
 * numbers by size, then all else in the order of the space. Each value takes its probability's length, each range is laid
 * out on its scale; where ranges overlap, lengths add up.
 */
export interface SpaceAxis {
  name: string;
  free?: true;
  parts: Part[];
  /** Where a value begins or ends. */
  seams: number[];
}

/**
 * The axes of a search, of what it varies, in canonical order. Spaces of a union are as likely as one another, and so are
 * choices. A list of trials is its own space: values are as likely as they are frequent.
 */
export function spaceAxes(spec: AnyResolvedSpec, trials: readonly TrialParams[]): SpaceAxis[] {
  const isFree = isExternal(spec);
  const spaces =
    spec.strategy.kind === 'list'
      ? trials.map((params) => asSpace(params, isFree))
      : spacesOf(searchedSpace(spec));
  const names = isFree ? new Set(spaces.flat().map(({ name }) => name)) : dimensionOrder;
  return [...names].flatMap((name): SpaceAxis[] => {
    const given = spaces.flatMap((dimensions) => dimensions.filter((dimension) => dimension.name === name));
    const parts = mergeParts(given, spec.strategy.kind === 'grid');
    if (parts.length < 2 && parts[0]?.kind !== 'range') return [];
    return [{ ...layOut(name, parts), ...(isFree && { free: true as const }) }];
  });
}

/** Where a trial lies on an axis: NaN where the hyperparameter does not apply, `null` where it lies outside. */
export function placeOnAxis(axis: SpaceAxis, params: TrialParams): number | null {
  const { name, parts, free } = axis;
  const dimension: Dimension = { name, alternatives: [], ...(free && { free }) };
  if (!appliesIn(dimension, params)) return Number.NaN;
  const value = valueInTrial(dimension, params);
  if (value === undefined) return Number.NaN;
  let place = 0;
  let inside = false;
  for (const part of parts) {
    if (part.kind === 'value') {
      if (canonicalJson(part.value) === canonicalJson(value)) return part.from + part.weight / 2;
      if (isBelow(part.value, value)) place += part.weight;
    } else if (typeof value === 'number') {
      const { min, max } = part.range;
      if (value >= min && value <= max) inside = true;
      if (value >= min)
        place += part.weight * (value >= max ? 1 : unitOfRange(part.range, part.integer, value));
    }
  }
  return inside ? place : null;
}

/** A trial as a space of one. */
function asSpace(params: TrialParams, isFree: boolean): Dimension[] {
  return Object.entries(params).map(([name, value]) => ({
    name,
    alternatives: [{ kind: 'value', value: value as Value }],
    ...(isFree && { free: true }),
  }));
}

/** The alternatives of all spaces that have the dimension, equal ones together, numbers first and by size. */
function mergeParts(given: readonly Dimension[], isGrid: boolean): Part[] {
  const merged = new Map<string, Part>();
  for (const { alternatives } of given) {
    const all = alternatives.flatMap((alternative) => {
      if (alternative.kind === 'value' || !isGrid || alternative.range.points === undefined)
        return [alternative];
      return rangeValues(alternative.range, alternative.integer).map((value) => ({
        kind: 'value' as const,
        value,
      }));
    });
    for (const alternative of all) {
      const key = canonicalJson(alternative as never);
      const known = merged.get(key);
      const weight = 1 / all.length / given.length;
      if (known) known.weight += weight;
      else merged.set(key, { ...alternative, weight, from: 0 });
    }
  }
  return [...merged.values()].sort((a, b) => startOf(a) - startOf(b));
}

/** Numbers by size; one-layer networks by their units; all else stays where it is, behind them. */
function startOf(part: Part): number {
  if (part.kind === 'range') return part.range.min;
  return numberOf(part.value) ?? Number.MAX_VALUE;
}

function numberOf(value: Value): number | null {
  if (typeof value === 'number') return value;
  return Array.isArray(value) && value.length === 1 ? (value[0] as number) : null;
}

function isBelow(value: Value, other: Value): boolean {
  const [a, b] = [numberOf(value), numberOf(other)];
  return a !== null && (b === null || a < b);
}

function layOut(name: string, parts: Part[]): SpaceAxis {
  const seams = new Set<number>();
  const axis: SpaceAxis = { name, parts, seams: [] };
  for (const part of parts) {
    if (part.kind !== 'value') continue;
    part.from = parts.reduce((sum, other) => sum + weightBelow(other, part, parts), 0);
    seams.add(part.from).add(part.from + part.weight);
  }
  axis.seams = [...seams].filter((seam) => seam > 0 && seam < 1).sort((a, b) => a - b);
  return axis;
}

/** How much of a part lies below a value. */
function weightBelow(
  part: Part,
  { value }: Extract<Part, { kind: 'value' }>,
  parts: readonly Part[],
): number {
  const number = numberOf(value);
  if (part.kind === 'value') {
    if (part.value === value) return 0;
    const other = numberOf(part.value);
    if (number !== null) return other !== null && other < number ? part.weight : 0;
    if (other !== null) return part.weight;
    const places = [part.value, value].map((one) =>
      parts.findIndex((p) => p.kind === 'value' && p.value === one),
    );
    return places[0]! < places[1]! ? part.weight : 0;
  }
  if (number === null || number >= part.range.max) return part.weight;
  return number <= part.range.min ? 0 : part.weight * unitOfRange(part.range, part.integer, number);
}
