import type { Dataset } from '@holdfast/contracts/dataset';
import type { OutOfFold } from '@holdfast/contracts/trial';
import type { TrainingSet } from '@holdfast/core/training-set';
import { findDataset } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import { InvalidCursorError } from '@holdfast/db/page-cursor';
import { findSearch, loadFoldAssignments } from '@holdfast/db/searches';
import { loadPredictions, loadTrial } from '@holdfast/db/trials';
import { trainedHere } from '../searches/trained-here.ts';
import type { LoadTrainingLabels } from '../searches/training-labels.ts';

interface Place {
  repeat: number;
  fold: number;
  /** Among the fold's validation rows. */
  offset: number;
}

/**
 * Out-of-fold predictions in the order of repeat, fold and row; `limit` counts rows. A fold whose training diverged
 * has `null` values. `null` where there is no such trial.
 * @throws InvalidCursorError
 */
export async function pageOutOfFold(
  { database, loadLabels }: { database: Database; loadLabels: LoadTrainingLabels },
  search: string,
  trial: number,
  { limit, cursor }: { limit: number; cursor: string | undefined },
): Promise<OutOfFold | null> {
  let place: Place | null = readPlace(cursor);
  const record = await findSearch(database, search);
  const dataset =
    record && (await findDataset(database, trainedHere(record, 'Showing predictions').datasetId));
  if (!dataset || (await loadTrial(database, search, trial)) === null) return null;
  const { data } = await loadLabels(dataset);
  const assignments = await loadFoldAssignments(database, search);

  const items: OutOfFold['items'] = [];
  while (place !== null && items.length < limit) {
    const page = await loadPredictions(database, search, trial, {
      limit: 1,
      cursor: `${place.repeat}.${place.fold}`,
    });
    const [found] = page.items;
    if (!found) {
      place = null;
      break;
    }
    const { repeat, fold, predictions } = found;
    // A fold that is not there yet is passed over, and with it the offset into it.
    const offset: number = repeat === place.repeat && fold === place.fold ? place.offset : 0;
    const rows = validationRows(assignments[repeat], fold);
    const end = Math.min(rows.length, offset + limit - items.length);
    for (let at = offset; at < end; at++) {
      const row = rows[at] ?? 0;
      const values = predictions?.subarray(at * data.outputs, (at + 1) * data.outputs);
      items.push({
        repeat,
        fold,
        row,
        truth: truthOf(dataset, data, row),
        values: values ? Array.from(values, finiteOrNull) : Array<null>(data.outputs).fill(null),
      });
    }
    if (end < rows.length) place = { repeat, fold, offset: end };
    else place = page.nextCursor === null ? null : readPlace(`${page.nextCursor}.0`);
  }
  return {
    search,
    trial,
    outputs: dataset.task === 'classification' ? dataset.classes : dataset.target,
    items,
    nextCursor: place && `${place.repeat}.${place.fold}.${place.offset}`,
  };
}

function readPlace(cursor = '0.0.0'): Place {
  const [, repeat, fold, offset] = /^(\d{1,4})\.(\d{1,4})\.(\d{1,9})$/.exec(cursor) ?? [];
  if (repeat === undefined || fold === undefined || offset === undefined) {
    throw new InvalidCursorError(
      'The cursor is not one from this list: leave it out to begin with the first fold.',
    );
  }
  return { repeat: Number(repeat), fold: Number(fold), offset: Number(offset) };
}

function validationRows(assignment: Uint16Array | undefined, fold: number): number[] {
  const rows: number[] = [];
  assignment?.forEach((validatedBy, row) => {
    if (validatedBy === fold) rows.push(row);
  });
  return rows;
}

function truthOf(dataset: Dataset, data: TrainingSet, row: number): string | number | number[] {
  if (data.task === 'classification') return dataset.classes[data.targets[row] ?? -1] ?? '';
  const values = Array.from(data.targets.subarray(row * data.outputs, (row + 1) * data.outputs));
  return data.task === 'regression' && values.length === 1 ? values[0]! : values;
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
