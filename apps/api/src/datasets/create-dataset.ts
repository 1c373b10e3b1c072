import { setImmediate } from 'node:timers/promises';
import { type Dataset, type DatasetSpec, defaultRevealBudget } from '@holdfast/contracts/dataset';
import { insertDataset } from '@holdfast/db/datasets';
import { digestDataset } from '@holdfast/db/digest-dataset';
import type { RowsDescription } from '@holdfast/db/encode-rows';
import { findEvaluatorKey } from '@holdfast/db/evaluator-keys';
import type { Database } from '@holdfast/db/open-database';
import { sealTestRows } from '@holdfast/db/seal-test-rows';
import { loadHashKey } from '@holdfast/db/test-pools';
import { ProblemError } from '../problem-error.ts';
import type { AssembledDataset } from './assemble-dataset.ts';
import { DatasetError } from './dataset-error.ts';
import { gatherRows, wipeDataset, wipeRows } from './dataset-rows.ts';
import { describeFeatures } from './describe-features.ts';
import { hashRows } from './hash-rows.ts';
import { reportLeaks } from './leak-report.ts';
import { rowsPerClass } from './split-dataset.ts';

/** Of fewer no difference has a standard error. */
const fewestLadderRows = 2;

/**
 * Splits the test rows off, seals them and stores both. The rows given are overwritten: after this, test rows exist in the
 * sealed box alone.
 * @throws DatasetError where the rows cannot be split; ProblemError 503 while no evaluator has published its key
 */
export async function createDataset(
  database: Database,
  id: string,
  spec: DatasetSpec,
  data: AssembledDataset,
): Promise<Dataset> {
  try {
    const { trainingRows, testRows, gapRows } = data.split;
    if (spec.protocol === 'ladder' && testRows.length < fewestLadderRows) {
      const message = `A ladder compares row by row and needs ${fewestLadderRows} test rows or more.`;
      throw new DatasetError([{ pointer: '/protocol', message }]);
    }
    const counts = rowsPerClass(data, trainingRows);
    await setImmediate();
    const hashes = testRows.length === 0 ? null : await hashRows(await loadHashKey(database), data);
    const training = gatherRows(data, trainingRows);
    const test = gatherRows(data, testRows);
    wipeDataset(data);
    try {
      await setImmediate();
      const features = describeFeatures(data, training, test);
      const description = { ...data, kinds: features };
      const leaks = await reportLeaks(description, training, test, {
        regenerable: spec.source !== null,
        split: spec.test,
        gapRows: gapRows.length,
      });
      const sealed = await seal(database, spec, description, test);
      const digest = await digestDataset(description, training);
      return await insertDataset(database, {
        dataset: {
          id,
          name: spec.name,
          digest,
          task: data.task,
          target: data.target,
          features,
          classes: data.classes,
          rows: { train: training.rows, test: test.rows },
          rowsPerClass: Object.fromEntries(data.classes.map((name, i) => [name, counts[i]!])),
          group: spec.group,
          time: spec.time,
          test: {
            locked: sealed !== null,
            kind: spec.test.kind,
            commitment: sealed?.commitment ?? null,
            protocol: spec.protocol,
            revealBudget: spec.revealBudget ?? defaultRevealBudget[spec.protocol],
            revealsUsed: 0,
          },
          leaks: { ...leaks, warnings: [...data.notes, ...leaks.warnings] },
        },
        training,
        sealed: sealed &&
          hashes && {
            box: sealed.box,
            hashes,
            testHashes: BigInt64Array.from(testRows, (row) => hashes[row]!),
          },
      });
    } finally {
      wipeRows(test);
    }
  } finally {
    wipeDataset(data);
  }
}

async function seal(
  database: Database,
  spec: DatasetSpec,
  description: RowsDescription,
  test: ReturnType<typeof gatherRows>,
): Promise<{ box: Uint8Array; commitment: string } | null> {
  if (test.rows === 0) return null;
  const key = await findEvaluatorKey(database);
  if (key === null) {
    throw new ProblemError(
      'unavailable',
      'The evaluator has not published its key yet, so test rows cannot be locked away. Start it, or try again.',
      { headers: { 'retry-after': '2' } },
    );
  }
  const sealed = await sealTestRows(key, { split: spec.test, source: spec.source }, description, test);
  wipeRows(test);
  return sealed;
}
