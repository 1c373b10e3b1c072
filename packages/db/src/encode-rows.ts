import { endianness } from 'node:os';
import type { Feature } from '@holdfast/contracts/dataset';
import type { TrainingRows } from './datasets.ts';

/** What the numbers of a row mean. */
export interface RowsDescription {
  task: string;
  target: string[];
  features: string[];
  classes: string[];
  /** What the features hold; numbers with none missing unless given. */
  kinds?: Feature[];
}

const pieceBytes = 4 * 2 ** 20;

/**
 * The one byte form of rows, the same on every machine. First a line of JSON in UTF-8, ended by a line feed:
 * `{"format":"holdfast-rows-1","task","target","features","classes","rows","columns","targets","groups","times"}`, the keys in
 * this order, and `kinds` last where some feature is not a number in every row, `targets` the type of the targets (`int32`, `uint8` or `float64`), `groups` and `times` whether
 * there are any. Then, little-endian and without gaps: the features (float64, row by row), the targets (row by
 * row), the groups' codes (int32), the times (float64). Yielded in pieces of at most 4 MiB, which are views of
 * the rows where the machine is little-endian.
 */
export function* encodeRows(description: RowsDescription, rows: TrainingRows): Generator<Buffer> {
  const { task, target, features, classes, kinds } = description;
  const header = {
    format: 'holdfast-rows-1',
    task,
    target,
    features,
    classes,
    rows: rows.rows,
    columns: rows.columns,
    targets: typeOf(rows.targets),
    groups: rows.groups !== null,
    times: rows.times !== null,
    ...(kinds?.some(({ kind, missing }) => kind !== 'number' || missing !== undefined) && { kinds }),
  };
  yield Buffer.from(`${JSON.stringify(header)}\n`);
  for (const numbers of [rows.features, rows.targets, rows.groups, rows.times]) {
    if (numbers === null) continue;
    for (let at = 0; at < numbers.byteLength; at += pieceBytes) {
      const length = Math.min(pieceBytes, numbers.byteLength - at);
      yield littleEndian(
        Buffer.from(numbers.buffer, numbers.byteOffset + at, length),
        numbers.BYTES_PER_ELEMENT,
      );
    }
  }
}

function typeOf(targets: TrainingRows['targets']): 'int32' | 'uint8' | 'float64' {
  if (targets instanceof Int32Array) return 'int32';
  return targets instanceof Uint8Array ? 'uint8' : 'float64';
}

function littleEndian(bytes: Buffer, width: number): Buffer {
  if (endianness() === 'LE' || width === 1) return bytes;
  const copy = Buffer.from(bytes);
  return width === 8 ? copy.swap64() : copy.swap32();
}

/** Rows out of their byte form; the other way round. @throws RangeError where the bytes do not hold together */
export function decodeRows(bytes: Uint8Array): { description: RowsDescription; rows: TrainingRows } {
  const end = bytes.indexOf(10);
  if (end === -1) throw new RangeError('These bytes are not rows');
  const header = JSON.parse(Buffer.from(bytes.subarray(0, end)).toString());
  if (header.format !== 'holdfast-rows-1') throw new RangeError('These bytes are not rows of format 1');
  const { task, target, features, classes, rows, columns } = header;
  let at = end + 1;
  const take = (count: number, width: number): ArrayBuffer => {
    if (at + count * width > bytes.length) throw new RangeError('These rows are cut off');
    const copy = new Uint8Array(count * width);
    copy.set(bytes.subarray(at, (at += count * width)));
    copy.set(littleEndian(Buffer.from(copy.buffer), width));
    return copy.buffer;
  };
  const perRow = task === 'classification' ? 1 : target.length;
  const values = new Float64Array(take(rows * columns, 8));
  const targets =
    header.targets === 'int32'
      ? new Int32Array(take(rows * perRow, 4))
      : header.targets === 'uint8'
        ? new Uint8Array(take(rows * perRow, 1))
        : new Float64Array(take(rows * perRow, 8));
  const groups = header.groups ? new Int32Array(take(rows, 4)) : null;
  const times = header.times ? new Float64Array(take(rows, 8)) : null;
  if (at !== bytes.length) throw new RangeError('Bytes follow these rows');
  return {
    description: { task, target, features, classes, ...(header.kinds && { kinds: header.kinds }) },
    rows: { rows, columns, features: values, targets, groups, times },
  };
}
