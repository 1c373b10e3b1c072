import type { Task } from '@holdfast/contracts/metrics';
import { bytesOf, chunkBytes, chunksOf } from './byte-chunks.ts';
import { DatasetMissingError } from './database-errors.ts';
import type { Database } from './open-database.ts';

/** The rows that may be trained on, as numbers; features are raw: unscaled, codes for categories, NaN where missing. */
export interface TrainingRows {
  rows: number;
  columns: number;
  /** Row-major, rows × columns. */
  features: Float64Array;
  /** Int32Array: class index by row. Uint8Array: rows × outputs of 0 or 1. Float64Array: rows × outputs. */
  targets: Float64Array | Int32Array | Uint8Array;
  /** A code for each row; rows of one group share it. */
  groups: Int32Array | null;
  times: Float64Array | null;
}

type Part = 'features' | 'targets' | 'groups' | 'times';
type Querying = Pick<Database['pool'], 'query'>;

/** What a row of each part measures, for a data set of a task. */
export interface RowShape {
  task: Task;
  columns: number;
  outputs: number;
}

function targetArray(task: Task) {
  return task === 'classification' ? Int32Array : task === 'binary' ? Uint8Array : Float64Array;
}

function bytesPerRow(part: Part, { task, columns, outputs }: RowShape): number {
  switch (part) {
    case 'features':
      return columns * Float64Array.BYTES_PER_ELEMENT;
    case 'targets':
      return task === 'classification'
        ? Int32Array.BYTES_PER_ELEMENT
        : outputs * targetArray(task).BYTES_PER_ELEMENT;
    case 'groups':
      return Int32Array.BYTES_PER_ELEMENT;
    case 'times':
      return Float64Array.BYTES_PER_ELEMENT;
  }
}

function presentParts(training: TrainingRows): [Part, ArrayBufferView][] {
  const parts: [Part, ArrayBufferView | null][] = [
    ['features', training.features],
    ['targets', training.targets],
    ['groups', training.groups],
    ['times', training.times],
  ];
  return parts.filter((entry): entry is [Part, ArrayBufferView] => entry[1] !== null);
}

/** @throws RangeError where an array is not of the type and length that shape and rows ask for */
export function checkTrainingRows(training: TrainingRows, shape: RowShape): void {
  if (training.columns !== shape.columns) {
    throw new RangeError(
      `training.columns is ${training.columns}, the data set has ${shape.columns} features.`,
    );
  }
  if (!(training.targets instanceof targetArray(shape.task))) {
    throw new RangeError(`training.targets must be a ${targetArray(shape.task).name} for ${shape.task}.`);
  }
  for (const [part, view] of presentParts(training)) {
    const expected = training.rows * bytesPerRow(part, shape);
    if (view.byteLength !== expected) {
      throw new RangeError(`training.${part} has ${view.byteLength} bytes, ${expected} are needed.`);
    }
  }
}

export async function insertTrainingRows(
  client: Querying,
  datasetId: string,
  training: TrainingRows,
): Promise<void> {
  for (const [part, view] of presentParts(training)) {
    for (const { number, bytes } of chunksOf(bytesOf(view))) {
      await client.query(
        'INSERT INTO training_chunks (dataset_id, part, number, bytes) VALUES ($1, $2, $3, $4)',
        [datasetId, part, number, bytes],
      );
    }
  }
}

/**
 * Reads rows `from` to `from + rows` into memory that threads can share.
 *
 * @throws DatasetMissingError where a piece is not there: the data set was deleted meanwhile
 */
export async function readTrainingRows(
  db: Database,
  datasetId: string,
  shape: RowShape & { grouped: boolean; timed: boolean },
  { from, rows }: { from: number; rows: number },
): Promise<TrainingRows> {
  const read = (part: Part) => readPart(db, datasetId, part, bytesPerRow(part, shape), from, rows);
  return {
    rows,
    columns: shape.columns,
    features: new Float64Array(await read('features')),
    targets: viewTargets(shape.task, await read('targets')),
    groups: shape.grouped ? new Int32Array(await read('groups')) : null,
    times: shape.timed ? new Float64Array(await read('times')) : null,
  };
}

/**
 * Targets and groups of all rows, without the features: a small part of what `readTrainingRows` reads.
 *
 * @throws DatasetMissingError
 */
export async function readTrainingLabels(
  db: Database,
  datasetId: string,
  shape: RowShape & { grouped: boolean },
  rows: number,
): Promise<Pick<TrainingRows, 'rows' | 'targets' | 'groups'>> {
  const read = (part: Part) => readPart(db, datasetId, part, bytesPerRow(part, shape), 0, rows);
  return {
    rows,
    targets: viewTargets(shape.task, await read('targets')),
    groups: shape.grouped ? new Int32Array(await read('groups')) : null,
  };
}

function viewTargets(task: Task, buffer: SharedArrayBuffer): TrainingRows['targets'] {
  if (task === 'classification') return new Int32Array(buffer);
  return task === 'binary' ? new Uint8Array(buffer) : new Float64Array(buffer);
}

/** Piece by piece, so that no more than one is held beside the answer. */
async function readPart(
  db: Database,
  datasetId: string,
  part: Part,
  rowBytes: number,
  from: number,
  rows: number,
): Promise<SharedArrayBuffer> {
  const begin = from * rowBytes;
  const end = begin + rows * rowBytes;
  const buffer = new SharedArrayBuffer(end - begin);
  const target = new Uint8Array(buffer);
  for (let at = begin; at < end; ) {
    const number = Math.floor(at / chunkBytes);
    const offset = at - number * chunkBytes;
    const length = Math.min(end - at, chunkBytes - offset);
    const { rows: found } = await db.pool.query<{ bytes: Buffer }>(
      `SELECT substring(bytes FROM $4 FOR $5) AS bytes FROM training_chunks
       WHERE dataset_id = $1 AND part = $2 AND number = $3`,
      [datasetId, part, number, offset + 1, length],
    );
    const bytes = found[0]?.bytes;
    if (bytes?.length !== length) {
      throw new DatasetMissingError(
        `Data set ${datasetId} is not there (any more): ${part} ${number} is missing.`,
      );
    }
    target.set(bytes, at - begin);
    at += length;
  }
  return buffer;
}
