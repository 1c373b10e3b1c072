import type { Seed } from '@holdfast/numeric/derive-seed';
import { shuffle } from '@holdfast/numeric/shuffle';
import { createStream } from '@holdfast/numeric/stream';
import { chooseFraction } from './choose-fraction.ts';

/** How the rows of a new data set are divided before anything else looks at them. */
export type TestSplitRequest = { rows: number } & (
  | {
      kind: 'random';
      fraction: number;
      seed: Seed /** Given: the split is stratified by them. */;
      labels?: ArrayLike<number>;
    }
  | { kind: 'grouped'; fraction: number; seed: Seed; groups: ArrayLike<number> }
  | { kind: 'latest'; fraction: number /** One for each row; larger is later. */; time: ArrayLike<number> }
  | { kind: 'blocks'; count: number; fraction: number; gap: number; seed: Seed; time: ArrayLike<number> }
  | { kind: 'rows' /** The first test row. */; from: number }
  | { kind: 'none' }
);

/** Row indices, ascending. `gapRows` lie between blocks and belong to neither side. */
export interface TestSplit {
  trainingRows: Int32Array;
  testRows: Int32Array;
  gapRows: Int32Array;
}

const TRAINING = 0;
const TEST = 1;
const GAP = 2;

function rowsInTime(time: ArrayLike<number>): number[] {
  return Array.from({ length: time.length }, (_, row) => row).sort((a, b) => time[a]! - time[b]! || a - b);
}

/** Rows of one instant stay together: the cut moves to the next instant, or back where there is none. */
function latest(time: ArrayLike<number>, fraction: number): Uint8Array {
  const rows = time.length;
  const order = rowsInTime(time);
  const sameInstant = (at: number): boolean => time[order[at]!] === time[order[at - 1]!];
  const wanted = Math.min(rows - 1, Math.max(1, rows - Math.round(rows * fraction)));
  let cut = wanted;
  while (cut < rows && sameInstant(cut)) cut++;
  if (cut === rows) for (cut = wanted; cut > 0 && sameInstant(cut); ) cut--;
  if (cut === 0) throw new RangeError('All rows are of one instant; a split by time needs two or more');
  const side = new Uint8Array(rows);
  for (const row of order.slice(cut)) side[row] = TEST;
  return side;
}

/** Whole groups, in shuffled order, while they bring the number of test rows nearer to the fraction. */
function grouped(groups: ArrayLike<number>, fraction: number, seed: Seed): Uint8Array {
  const members = new Map<number, number[]>();
  for (let row = 0; row < groups.length; row++) {
    const rows = members.get(groups[row]!);
    if (rows === undefined) members.set(groups[row]!, [row]);
    else rows.push(row);
  }
  if (members.size < 2) throw new RangeError('A grouped split needs two groups or more');
  const wanted = groups.length * fraction;
  const side = new Uint8Array(groups.length);
  let taken = 0;
  let left = members.size;
  for (const rows of shuffle([...members.values()], createStream(seed, 'testSplit'))) {
    const nearer = Math.abs(taken + rows.length - wanted) < Math.abs(taken - wanted);
    const needed = taken === 0 && left === 2;
    left--;
    if ((nearer || needed) && taken + rows.length < groups.length) {
      for (const row of rows) side[row] = TEST;
      taken += rows.length;
      if (needed) break;
    }
  }
  return side;
}

function blocks(
  time: ArrayLike<number>,
  count: number,
  fraction: number,
  gap: number,
  seed: Seed,
): Uint8Array {
  const rows = time.length;
  if (!(Number.isInteger(count) && count >= 2 && count <= rows))
    throw new RangeError(`count must be from 2 to the number of rows (${rows}), not ${count}`);
  if (!(Number.isInteger(gap) && gap >= 0))
    throw new RangeError(`gap must be an integer from 0 on, not ${gap}`);
  const order = rowsInTime(time);
  const numbers = shuffle(
    Array.from({ length: count }, (_, block) => block),
    createStream(seed, 'testSplit'),
  );
  const chosen = new Set(numbers.slice(0, Math.min(count - 1, Math.max(1, Math.round(count * fraction)))));
  const side = new Uint8Array(rows);
  const bounds = (block: number): [number, number] => [
    Math.floor((block * rows) / count),
    Math.floor(((block + 1) * rows) / count),
  ];
  for (const block of chosen) {
    const [from, to] = bounds(block);
    for (let at = Math.max(0, from - gap); at < Math.min(rows, to + gap); at++)
      if (side[order[at]!] === TRAINING) side[order[at]!] = GAP;
  }
  for (const block of chosen) {
    const [from, to] = bounds(block);
    for (let at = from; at < to; at++) side[order[at]!] = TEST;
  }
  return side;
}

function sidesOf(request: TestSplitRequest): Uint8Array {
  const { rows } = request;
  switch (request.kind) {
    case 'random':
      return chooseFraction(
        rows,
        request.fraction,
        request.labels ?? null,
        createStream(request.seed, 'testSplit'),
      );
    case 'grouped':
      return grouped(request.groups, request.fraction, request.seed);
    case 'latest':
      return latest(request.time, request.fraction);
    case 'blocks':
      return blocks(request.time, request.count, request.fraction, request.gap, request.seed);
    case 'rows': {
      const { from } = request;
      if (!(Number.isInteger(from) && from >= 1 && from < rows))
        throw new RangeError(
          `from must be a row from 1 to ${rows - 1}, so that both sides have rows; not ${from}`,
        );
      return Uint8Array.from({ length: rows }, (_, row) => (row >= from ? TEST : TRAINING));
    }
    case 'none':
      return new Uint8Array(rows);
  }
}

/**
 * Divides a data set's rows into training and test rows, a pure function of the request.
 * @throws RangeError where either side would be empty or the request does not fit the rows
 */
export function splitTestRows(request: TestSplitRequest): TestSplit {
  const { kind, rows } = request;
  if (!(Number.isInteger(rows) && rows >= 1))
    throw new RangeError(`rows must be a positive integer, not ${rows}`);
  if (kind !== 'rows' && kind !== 'none') {
    if (rows < 2) throw new RangeError('A test split needs two rows or more');
    if (!(request.fraction > 0 && request.fraction < 1))
      throw new RangeError(`fraction must be between 0 and 1, not ${request.fraction}`);
    for (const name of ['labels', 'groups', 'time'] as const) {
      const values = (request as Record<string, unknown>)[name] as ArrayLike<number> | undefined;
      if (values !== undefined && values.length !== rows)
        throw new RangeError(`${name} must be ${rows} numbers, not ${values.length}`);
    }
  }
  const side = sidesOf(request);
  const where = (wanted: number): Int32Array => {
    const found: number[] = [];
    for (let row = 0; row < rows; row++) if (side[row] === wanted) found.push(row);
    return Int32Array.from(found);
  };
  const split = { trainingRows: where(TRAINING), testRows: where(TEST), gapRows: where(GAP) };
  if (split.trainingRows.length === 0)
    throw new RangeError('The split leaves no training rows; lower the gap or the fraction');
  return split;
}
