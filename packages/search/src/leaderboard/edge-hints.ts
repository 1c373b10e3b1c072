import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Hint } from '@holdfast/contracts/leaderboard';
import type { Range, Subspace } from '@holdfast/contracts/space';
import { exp } from '@holdfast/numeric/exp';
import { log } from '@holdfast/numeric/log';
import { type Dimension, type DimensionName, subspaceDimensions } from '../space/dimensions.ts';
import { type FieldLimits, fieldLimits, isWithinLimits } from '../space/field-limits.ts';
import { roundDigits } from '../space/range-values.ts';

/** A draw lies at the end of its range when no more than this share of it, on its scale, is beyond. */
const edgeShare = 0.05;

type Edge = 'lower' | 'upper';

/**
 * `edgeOfRange`: all of these trials lie at the same end of a range, or of a list of three or more numbers or one-layer
 * networks, so that better values may lie beyond; `space` is theirs moved there. Nothing where the field's own limit is
 * reached. In canonical order of names.
 */
export function findEdges(subspace: Subspace, winners: readonly Hyperparameters[]): Hint[] {
  return subspaceDimensions(subspace).flatMap((dimension) => hintFor(dimension, subspace, winners) ?? []);
}

function hintFor(dimension: Dimension, subspace: Subspace, winners: readonly Hyperparameters[]): Hint | null {
  const { name } = dimension;
  const values = winners.map((trial) => numberOf(name, trial));
  if (!values.every((value) => value !== null)) return null;
  const edges = values.map((value) => edgeOf(dimension, value));
  const edge = edges[0];
  if (!edge || edges.some((other) => other !== edge)) return null;
  const moved = moveBeyond(dimension, edge);
  if (moved === null) return null;
  const shown = name === 'hiddenLayers' ? 'number of units' : name;
  return {
    code: 'edgeOfRange',
    message: `The best ${shown} lies at the ${edge} end of its range.`,
    space: { ...subspace, [name]: moved } as NonNullable<Hint['space']>,
  };
}

/** The number that a trial has of a dimension; a network of one layer counts as its units. */
function numberOf(name: DimensionName, trial: Hyperparameters): number | null {
  if (name === 'layers') return trial.hiddenLayers.length;
  if (name === 'units') return trial.hiddenLayers[0] ?? null;
  if (name === 'hiddenLayers') return trial.hiddenLayers.length === 1 ? trial.hiddenLayers[0]! : null;
  const value = trial[name];
  return typeof value === 'number' ? value : null;
}

function edgeOf(dimension: Dimension, value: number): Edge | null {
  const range = rangeOf(dimension);
  if (range) {
    const onScale = range.scale === 'log' ? log : (x: number) => x;
    const [low, high] = [onScale(range.min), onScale(range.max)];
    const share = (onScale(value) - low) / (high - low);
    if (share >= 1 - edgeShare && share <= 1) return 'upper';
    return share >= 0 && share <= edgeShare ? 'lower' : null;
  }
  const listed = listOf(dimension);
  if (!listed) return null;
  if (value === listed.at(-1)) return 'upper';
  return value === listed[0] ? 'lower' : null;
}

function rangeOf({ alternatives }: Dimension): Range | null {
  const only = alternatives[0];
  return alternatives.length === 1 && only?.kind === 'range' ? only.range : null;
}

/** The numbers of a list of choices, ascending, where there are three or more and nothing else. */
function listOf({ name, alternatives }: Dimension): number[] | null {
  const numbers = alternatives.flatMap((alternative) => {
    if (alternative.kind === 'range') return [];
    const { value } = alternative;
    if (name === 'hiddenLayers') {
      const network = value as Hyperparameters['hiddenLayers'];
      return network.length === 1 ? [network[0]!] : [];
    }
    return typeof value === 'number' ? [value] : [];
  });
  if (numbers.length < 3 || numbers.length < alternatives.length) return null;
  return numbers.sort((a, b) => a - b);
}

function moveBeyond(dimension: Dimension, edge: Edge): Range | number[] | number[][] | null {
  const { name } = dimension;
  const limits = name === 'hiddenLayers' ? fieldLimits.units! : fieldLimits[name];
  if (!limits) return null;
  const range = rangeOf(dimension);
  if (range) return moveRange(range, edge, limits);
  const moved = extendList(listOf(dimension)!, edge, limits);
  return moved && name === 'hiddenLayers' ? moved.map((units) => [units]) : moved;
}

/** A range as wide as before, on its scale, with the old end in its middle; cut to the field's limits. */
function moveRange(range: Range, edge: Edge, limits: FieldLimits): Range | null {
  const end = edge === 'upper' ? range.max : range.min;
  const isLog = range.scale === 'log';
  const half = isLog ? (log(range.max) - log(range.min)) / 2 : (range.max - range.min) / 2;
  const whole = limits.integer || range.integer === true;
  const place = (value: number) => (whole ? Math.round(value) : roundDigits(value));
  let min = place(isLog ? exp(log(end) - half) : end - half);
  let max = place(isLog ? exp(log(end) + half) : end + half);
  if (!limits.minOpen) min = Math.max(min, limits.min);
  if (!limits.maxOpen) max = Math.min(max, limits.max);
  const beyond = edge === 'upper' ? max > end : min < end;
  if (!beyond || min >= max || (isLog && min <= 0)) return null;
  if (!isWithinLimits(min, limits) || !isWithinLimits(max, limits)) return null;
  return { ...range, min, max };
}

/** The list with the far value dropped and one more on the near side, by the ratio there, or the step at zero. */
function extendList(values: readonly number[], edge: Edge, limits: FieldLimits): number[] | null {
  const ordered = edge === 'upper' ? values : values.toReversed();
  const [inner, end] = [ordered.at(-2)!, ordered.at(-1)!];
  const isGeometric = inner > 0 && end > 0;
  const next = isGeometric ? (end / inner) * end : end + (end - inner);
  const beyond = limits.integer ? Math.round(next) : roundDigits(next);
  if (beyond === end || !isWithinLimits(beyond, limits)) return null;
  return [...ordered.slice(1), beyond].sort((a, b) => a - b);
}
