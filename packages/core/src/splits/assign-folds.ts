import type { Seed } from '@holdfast/numeric/derive-seed';
import { shuffle } from '@holdfast/numeric/shuffle';
import { createStream, type Stream } from '@holdfast/numeric/stream';
import { chooseFraction, rowsByLabel } from './choose-fraction.ts';
import { type Fold, foldRows, NEVER_VALIDATED, OUTSIDE } from './fold-rows.ts';
import { dealGroups } from './group-folds.ts';

/** Which rows of a data set validate in which fold. Rows are 0 … rows − 1. */
export interface FoldRequest {
  kind: 'plain' | 'stratified' | 'grouped' | 'stratifiedGrouped' | 'blocked' | 'holdout';
  rows: number;
  /** Needed by the stratified kinds; a holdout with labels is stratified. */
  labels?: ArrayLike<number>;
  /** Needed by the grouped kinds. */
  groups?: ArrayLike<number>;
  /** From 2 on; a holdout has one. */
  folds?: number;
  /** Assignments drawn anew, 1 unless given; `blocked` has nothing to draw. */
  repeats?: number;
  /** A holdout's share of validation rows. */
  fraction?: number;
  /** Rows left out of training on either side of a block; 0 unless given. Rows must be in time order. */
  gap?: number;
  seed: Seed;
}

export interface FoldAssignment {
  folds: number;
  /** `[repeat][fold]` */
  repeats: Fold[][];
  /** Per repeat, each row's fold number, or 0xFFFF where no fold validates it. Read by `foldRows`. */
  encoding: Uint16Array[];
}

function deal(order: ArrayLike<number>, folds: number): Uint16Array {
  const result = new Uint16Array(order.length);
  for (let i = 0; i < order.length; i++) result[order[i]!] = i % folds;
  return result;
}

function shuffledRows(rows: number, stream: Stream): Int32Array {
  return shuffle(
    Int32Array.from({ length: rows }, (_, row) => row),
    stream,
  );
}

/** Dealing class after class without starting anew keeps class shares and fold sizes within one row. */
function stratified(labels: ArrayLike<number>, folds: number, stream: Stream): Uint16Array {
  for (const [label, { length }] of rowsByLabel(labels))
    if (length < folds)
      throw new RangeError(
        `Class ${label} has ${length} rows for ${folds} folds; ask for ${length} folds or fewer`,
      );
  const order = shuffledRows(labels.length, stream);
  return deal(
    [...order].sort((a, b) => labels[a]! - labels[b]!),
    folds,
  );
}

function blocks(rows: number, folds: number): Uint16Array {
  return Uint16Array.from({ length: rows }, (_, row) => Math.floor(((row + 1) * folds - 1) / rows));
}

function needed<T extends ArrayLike<number>>(
  values: T | undefined,
  name: string,
  { kind, rows }: FoldRequest,
): T {
  if (values === undefined) throw new RangeError(`${kind} folds need ${name}`);
  if (values.length !== rows) throw new RangeError(`${name} must be ${rows} numbers, not ${values.length}`);
  return values;
}

function encodeRepeat(request: FoldRequest, folds: number, stream: Stream): Uint16Array {
  const { kind, rows } = request;
  switch (kind) {
    case 'plain':
      return deal(shuffledRows(rows, stream), folds);
    case 'stratified':
      return stratified(needed(request.labels, 'labels', request), folds, stream);
    case 'grouped':
      return dealGroups(needed(request.groups, 'groups', request), null, folds, stream);
    case 'stratifiedGrouped': {
      const labels = needed(request.labels, 'labels', request);
      return dealGroups(needed(request.groups, 'groups', request), labels, folds, stream);
    }
    case 'blocked':
      return blocks(rows, folds);
    case 'holdout': {
      const labels = request.labels === undefined ? null : needed(request.labels, 'labels', request);
      const chosen = chooseFraction(rows, request.fraction ?? 0.2, labels, stream);
      return Uint16Array.from(chosen, (validates) => (validates === 1 ? 0 : NEVER_VALIDATED));
    }
  }
}

/**
 * Makes the folds of a search, once, from its seed. Stratified: each fold's class shares within one row of the
 * whole; grouped: no group in two folds; blocked: consecutive rows, never shuffled.
 * @throws RangeError where rows, a class's rows or groups are fewer than the folds, or something needed is missing
 */
export function assignFolds(request: FoldRequest): FoldAssignment {
  const { kind, rows, repeats = 1, gap = 0, seed } = request;
  const folds = kind === 'holdout' ? 1 : (request.folds ?? 5);
  if (!(Number.isInteger(rows) && rows >= 2))
    throw new RangeError(`Folds need two rows or more, not ${rows}`);
  if (kind !== 'holdout' && !(Number.isInteger(folds) && folds >= 2 && folds < OUTSIDE))
    throw new RangeError(`folds must be an integer from 2 to ${OUTSIDE - 1}, not ${folds}`);
  if (rows < folds)
    throw new RangeError(`There are ${rows} rows for ${folds} folds; ask for ${rows} folds or fewer`);
  if (!(Number.isInteger(repeats) && repeats >= 1))
    throw new RangeError(`repeats must be from 1 on, not ${repeats}`);
  if (!(Number.isInteger(gap) && gap >= 0))
    throw new RangeError(`gap must be an integer from 0 on, not ${gap}`);
  if (kind === 'blocked' && repeats > 1)
    throw new RangeError('Blocked folds are not drawn; ask for 1 repeat');
  if (kind !== 'blocked' && gap > 0) throw new RangeError(`Only blocked folds have a gap, not ${kind} ones`);

  const encoding: Uint16Array[] = [];
  for (let repeat = 0; repeat < repeats; repeat++)
    encoding.push(encodeRepeat(request, folds, createStream(seed, 'folds', repeat)));
  const decoded = encoding.map((_, repeat) =>
    Array.from({ length: folds }, (_unused, fold) => foldRows(encoding, repeat, fold, gap)),
  );
  for (const [fold, { trainingRows }] of decoded[0]!.entries())
    if (trainingRows.length === 0)
      throw new RangeError(`Fold ${fold} has no training rows; lower the gap (${gap})`);
  return { folds, repeats: decoded, encoding };
}
