import type { Dataset, Feature } from '@holdfast/contracts/dataset';
import type { Task } from '@holdfast/contracts/metrics';
import { DatasetMissingError, IdTakenError, NameTakenError, violatedConstraint } from './database-errors.ts';
import type { Dataset as DatasetRow } from './generated/client.ts';
import { appendEntry } from './ledger.ts';
import type { Database } from './open-database.ts';
import { after, cutPage } from './page-cursor.ts';
import { insertSealedTest } from './sealed-tests.ts';
import { toStrictJson } from './strict-json.ts';
import { assignPool, digestHashes, joinPool, type TestPool } from './test-pools.ts';
import {
  checkTrainingRows,
  insertTrainingRows,
  readTrainingLabels,
  readTrainingRows,
  type TrainingRows,
} from './training-rows.ts';
import { inTransaction } from './transaction.ts';

export type { TrainingRows } from './training-rows.ts';

export interface SealedRows {
  box: Uint8Array;
  /** Keyed, of all rows and of the test rows; see `joinPool`. */
  hashes: BigInt64Array;
  testHashes: BigInt64Array;
}

/**
 * Writes a data set, its training rows and its sealed test rows: all of it or nothing.
 *
 * @throws NameTakenError, IdTakenError; RangeError where the rows do not fit the description
 */
export async function insertDataset(
  db: Database,
  {
    dataset: given,
    training,
    sealed,
  }: { dataset: Omit<Dataset, 'createdAt'>; training: TrainingRows; sealed: SealedRows | null },
): Promise<Dataset> {
  let dataset = given;
  checkTrainingRows(training, shapeOf(dataset));
  if (training.rows !== dataset.rows.train) {
    throw new RangeError(`training.rows is ${training.rows}, the data set says ${dataset.rows.train}.`);
  }
  if ((training.groups === null) !== (dataset.group === null)) {
    throw new RangeError('training.groups must be there if, and only if, the data set names a group column.');
  }
  if ((training.times === null) !== (dataset.time === null)) {
    throw new RangeError('training.times must be there if, and only if, the data set names a time column.');
  }
  if ((sealed === null) === dataset.rows.test > 0) {
    throw new RangeError('sealed must be there if, and only if, the data set has test rows.');
  }
  try {
    return await inTransaction(db, async (client) => {
      const { revealBudget, protocol } = dataset.test;
      const asked = { dataset: dataset.id, revealBudget, protocol };
      const pool = sealed && (await joinPool(client, { ...sealed, ...asked }));
      if (pool) dataset = withPool(dataset, pool);
      const { rows } = await client.query<{ created_at: Date }>(
        `INSERT INTO datasets (
           id, name, digest, task, target, features, classes, train_rows, test_rows, rows_per_class, "group", "time",
           test_locked, test_kind, commitment, test_protocol, reveal_budget, reveals_used, leaks)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
         RETURNING created_at`,
        [
          dataset.id,
          dataset.name,
          dataset.digest,
          dataset.task,
          dataset.target,
          toStrictJson(dataset.features, 'features'),
          dataset.classes,
          dataset.rows.train,
          dataset.rows.test,
          toStrictJson(dataset.rowsPerClass, 'rowsPerClass'),
          dataset.group,
          dataset.time,
          dataset.test.locked,
          dataset.test.kind,
          dataset.test.commitment,
          dataset.test.protocol,
          dataset.test.revealBudget,
          dataset.test.revealsUsed,
          toStrictJson(dataset.leaks, 'leaks'),
        ],
      );
      await insertTrainingRows(client, dataset.id, training);
      if (sealed && pool) {
        await insertSealedTest(client, dataset.id, sealed.box);
        await assignPool(client, dataset.id, pool.id);
        await appendEntry(client, {
          kind: 'seal',
          dataset: dataset.id,
          data: {
            digest: dataset.digest,
            commitment: dataset.test.commitment,
            rows: dataset.rows.test,
            rowsDigest: digestHashes(sealed.testHashes),
            protocol: pool.protocol,
            revealBudget: pool.revealBudget,
            revealsUsed: pool.revealsUsed,
            reused: pool.reused,
          },
        });
      }
      return { ...dataset, createdAt: rows[0]!.created_at.toISOString() };
    });
  } catch (error) {
    const { code, constraint } = violatedConstraint(error) ?? {};
    if (code === '23505' && constraint === 'datasets_name_key') {
      throw new NameTakenError(`There is a data set named ${JSON.stringify(dataset.name)} already.`, {
        cause: error,
      });
    }
    if (code === '23505' && constraint === 'datasets_pkey') {
      throw new IdTakenError(`There is a data set ${dataset.id} already.`, { cause: error });
    }
    throw error;
  }
}

/** Budget and protocol are those of the rows, whatever the data set asked for. */
function withPool(dataset: Omit<Dataset, 'createdAt'>, pool: TestPool): Omit<Dataset, 'createdAt'> {
  const { revealBudget, revealsUsed, reused, protocol, ladderDataset } = pool;
  const left = revealBudget - revealsUsed;
  const budget = `their budget is ${revealBudget} ${revealBudget === 1 ? 'reveal' : 'reveals'}, of which ${left} ${left === 1 ? 'is' : 'are'} left.`;
  const rest =
    protocol === 'ladder'
      ? `they are on the ladder of ${ladderDataset}, which alone takes submissions.`
      : budget;
  const message = `These test rows were locked away before, in whole or in part: ${rest}`;
  const warnings = reused ? [...dataset.leaks.warnings, { code: 'reuse', message }] : dataset.leaks.warnings;
  return {
    ...dataset,
    test: { ...dataset.test, protocol, revealBudget, revealsUsed },
    leaks: { ...dataset.leaks, warnings },
  };
}

/** By id; failing that, by name. */
export async function findDataset(db: Database, idOrName: string): Promise<Dataset | null> {
  const rows = await db.prisma.dataset.findMany({ where: { OR: [{ id: idOrName }, { name: idOrName }] } });
  const row = rows.find(({ id }) => id === idOrName) ?? rows[0];
  return row ? toDataset(row) : null;
}

/** Newest first. @throws InvalidCursorError */
export async function listDatasets(
  db: Database,
  { limit, cursor }: { limit: number; cursor?: string | null },
): Promise<{ items: Dataset[]; nextCursor: string | null }> {
  const found = await db.prisma.dataset.findMany({
    where: after(cursor),
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  });
  const { rows, nextCursor } = cutPage(found, limit);
  return { items: rows.map(toDataset), nextCursor };
}

/** With its rows, the sealed ones too; not while a search is there that was made on it. */
export async function deleteDataset(db: Database, id: string): Promise<'deleted' | 'in-use' | 'absent'> {
  try {
    return await inTransaction(db, async (client) => {
      const { rows } = await client.query<{ test_locked: boolean; commitment: string | null }>(
        'DELETE FROM datasets WHERE id = $1 RETURNING test_locked, commitment',
        [id],
      );
      const deleted = rows[0];
      if (!deleted) return 'absent';
      if (deleted.test_locked)
        await appendEntry(client, {
          kind: 'delete',
          dataset: id,
          data: { commitment: deleted.commitment },
        });
      return 'deleted';
    });
  } catch (error) {
    // The foreign key of searches decides: no search can slip in between a look and the deletion.
    if (violatedConstraint(error)?.constraint === 'searches_dataset_id_fkey') return 'in-use';
    throw error;
  }
}

/**
 * The training rows, or `limit` of them from row `from` on. All arrays stand on shared memory, so that threads
 * can work on one copy.
 *
 * @throws DatasetMissingError
 */
export async function loadTrainingRows(
  db: Database,
  id: string,
  range: { from?: number; limit?: number } = {},
): Promise<TrainingRows & { task: Task; outputs: number; kinds: Feature[] }> {
  // No more than these columns: a worker's login may read no others.
  const dataset = await db.prisma.dataset.findUnique({
    where: { id },
    select: {
      task: true,
      target: true,
      features: true,
      classes: true,
      trainRows: true,
      group: true,
      time: true,
    },
  });
  if (dataset === null) throw new DatasetMissingError(`There is no data set ${id}.`);
  const kinds = dataset.features as Feature[];
  const shape = shapeOf({ ...dataset, features: kinds });
  const from = Math.min(range.from ?? 0, dataset.trainRows);
  const rows = Math.min(range.limit ?? Number.POSITIVE_INFINITY, dataset.trainRows - from);
  const training = await readTrainingRows(
    db,
    id,
    { ...shape, grouped: dataset.group !== null, timed: dataset.time !== null },
    { from, rows },
  );
  return { ...training, task: shape.task, outputs: shape.outputs, kinds };
}

/**
 * What decides into which fold a row goes: the training rows without their features.
 *
 * @throws DatasetMissingError
 */
export async function loadTrainingLabels(
  db: Database,
  id: string,
): Promise<Pick<TrainingRows, 'rows' | 'targets' | 'groups'> & { task: Task; outputs: number }> {
  const dataset = await findDataset(db, id);
  if (dataset?.id !== id) throw new DatasetMissingError(`There is no data set ${id}.`);
  const { task, outputs, ...shape } = shapeOf(dataset);
  const grouped = dataset.group !== null;
  const labels = await readTrainingLabels(db, id, { task, outputs, ...shape, grouped }, dataset.rows.train);
  return { ...labels, task, outputs };
}

function shapeOf({
  task,
  features,
  classes,
  target,
}: Pick<Dataset, 'task' | 'features' | 'classes' | 'target'>) {
  return {
    task,
    columns: features.length,
    outputs: task === 'classification' ? classes.length : target.length,
  };
}

function toDataset(row: DatasetRow): Dataset {
  return {
    id: row.id,
    name: row.name,
    digest: row.digest,
    task: row.task,
    target: row.target,
    features: row.features as Dataset['features'],
    classes: row.classes,
    rows: { train: row.trainRows, test: row.testRows },
    rowsPerClass: row.rowsPerClass as Dataset['rowsPerClass'],
    group: row.group,
    time: row.time,
    test: {
      locked: row.testLocked,
      kind: row.testKind,
      commitment: row.commitment,
      protocol: row.testProtocol as Dataset['test']['protocol'],
      revealBudget: row.revealBudget,
      revealsUsed: row.revealsUsed,
    },
    leaks: row.leaks as Dataset['leaks'],
    createdAt: row.createdAt.toISOString(),
  };
}
