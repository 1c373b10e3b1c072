import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Dataset, Feature } from '@holdfast/contracts/dataset';
import type { Preprocessing } from '@holdfast/contracts/preprocessing';
import { describeEncodings } from '@holdfast/core/preprocessing/column-encoding';
import { fillValue } from '@holdfast/core/preprocessing/fill-values';
import type { Fold } from '@holdfast/core/splits/fold-rows';
import type { Database } from '@holdfast/db/open-database';
import { showValue } from '../datasets/show-value.ts';
import { trainingPieces } from '../datasets/training-pieces.ts';

type FilledColumn = Preprocessing['items'][number]['columns'][number];

/** Of columns at a time, read out of all rows: what is held does not grow with a data set's columns. */
const mostBytes = 64 * 2 ** 20;

/**
 * What missing values become in each fold: for each of them, the columns that have some.
 * @param folds each made when it is looked at: of many, the rows of one are held
 */
export async function describeFills(
  database: Database,
  dataset: Dataset,
  folds: readonly (() => Fold)[],
): Promise<FilledColumn[][]> {
  const described: FilledColumn[][] = folds.map(() => []);
  const encodings = describeEncodings(dataset.features);
  const gappy = dataset.features.flatMap(({ missing }, column) => (missing === undefined ? [] : [column]));
  if (encodings === null) return described;
  const rowBytes = dataset.rows.train * Float64Array.BYTES_PER_ELEMENT;
  const atOnce = Math.max(1, Math.floor(mostBytes / rowBytes));
  for (let from = 0; from < gappy.length; from += atOnce) {
    const chosen = gappy.slice(from, from + atOnce);
    const values = await readColumns(database, dataset, chosen);
    for (const [i, rowsOf] of folds.entries()) {
      const { trainingRows, validationRows } = rowsOf();
      for (const [at, column] of chosen.entries()) {
        const fill = fillValue(encodings[column]!, values, chosen.length, at, trainingRows);
        const missingIn = (rows: Int32Array) =>
          rows.reduce((count, row) => count + Number(Number.isNaN(values[row * chosen.length + at]!)), 0);
        const rows = { training: missingIn(trainingRows), validation: missingIn(validationRows) };
        described[i]!.push(describe(dataset.features[column]!, fill, rows));
        // A median is found by sorting: of a million values a tenth of a second.
        await nextTurn();
      }
    }
  }
  return described;
}

function describe(feature: Feature, fill: number, rows: FilledColumn['rows']): FilledColumn {
  const { name, kind, missing } = feature;
  return { name, kind, filledWith: missing!.filledWith, value: showValue(feature, fill), rows };
}

/** Some columns of all training rows, row by row. */
async function readColumns(
  database: Database,
  dataset: Dataset,
  chosen: readonly number[],
): Promise<Float64Array> {
  const values = new Float64Array(dataset.rows.train * chosen.length);
  let next = 0;
  for await (const { rows, columns, features } of trainingPieces(database, dataset)) {
    for (let row = 0; row < rows; row++) {
      for (const column of chosen) values[next++] = features[row * columns + column]!;
    }
  }
  return values;
}
