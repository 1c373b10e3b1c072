import type { AnyResolvedSpec } from '@holdfast/contracts/any-spec';
import type { ResolvedExternalSpec } from '@holdfast/contracts/external-spec';
import type { Progress } from '@holdfast/contracts/search';
import type { ResolvedSearchSpec } from '@holdfast/contracts/search-spec';
import type { SearchState } from '@holdfast/contracts/states';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import type pg from 'pg';
import { bytesOf } from './byte-chunks.ts';
import { DatasetMissingError, IdTakenError, violatedConstraint } from './database-errors.ts';
import type { Search as SearchRow } from './generated/client.ts';
import type { Database } from './open-database.ts';
import { after, cutPage } from './page-cursor.ts';
import { toStrictJson } from './strict-json.ts';
import { inTransaction } from './transaction.ts';

interface CommonRecord {
  id: string;
  name: string;
  tags: string[];
  status: SearchState;
  reason: string | null;
  repeatable: boolean;
  testSeen: boolean;
  numericsVersion: number;
  parent: string | null;
  /** The search whose nested cross-validation it is part of, and the outer fold that it never sees; `null`: it scores. */
  nestedIn: { search: string; outerFold: number | null } | null;
  /** The trace that it was submitted in (W3C Trace Context); `null` where none was kept. */
  traceParent: string | null;
  /** Rows left out around a validation block, on either side. */
  gap: number;
  /** Trials that are planned and not proposed yet: in no other count. */
  trialsToCome: number;
  /** Rises with every change that can be seen. */
  revision: number;
  trials: Progress['trials'];
  folds: Progress['folds'];
  /** Results that were dropped, since their attempt had been given up. */
  lateResults: number;
  createdAt: Date;
  startedAt: Date | null;
  updatedAt: Date;
  finishedAt: Date | null;
}

/** A search that our workers train. */
export type OwnSearchRecord = CommonRecord & {
  trainer: 'holdfast';
  datasetId: string;
  spec: ResolvedSearchSpec;
};
/** A search that somebody else trains; `datasetId` is `null` where the data are with the trainer. */
export type ExternalSearchRecord = CommonRecord & {
  trainer: 'external';
  datasetId: string | null;
  spec: ResolvedExternalSpec;
};
export type SearchRecord = OwnSearchRecord | ExternalSearchRecord;

export interface NewSearch {
  id: string;
  name: string;
  tags: string[];
  /** `null`: the data are with the trainer. */
  datasetId: string | null;
  spec: AnyResolvedSpec;
  numericsVersion: number;
  testSeen: boolean;
  parent: string | null;
  nestedIn?: SearchRecord['nestedIn'];
  traceParent?: string | null;
  /** Searches that are part of this one. */
  nested?: readonly NewSearch[];
  /** In the order of their numbers, from 0; those that wait for results are to come. */
  trials: NewTrial[];
  trialsToCome?: number;
  /** Trials of earlier searches that the strategy knows from the beginning. */
  warmStart?: readonly WarmObservation[];
  /** Whether results lead to decisions; see `decisions.ts`. */
  adaptive?: boolean;
  /** One for each repeat: the fold that validates each training row, 0xFFFF for never. */
  assignments: Uint16Array[];
  gap: number;
}

/** A trial of an earlier search; larger values are better. */
export interface WarmObservation {
  params: TrialParams;
  value: number | null;
}

export interface NewTrial {
  params: TrialParams;
  weightCount: number;
  /** Estimated multiply-adds of one fold run. */
  cost: number;
  foldRuns: { repeat: number; fold: number }[];
  /** How many of them, from the first on, may run at once; the others are held. All unless given. */
  released?: number;
  /** Where the first rung ends; `null` unless given: with the training. */
  untilEpoch?: number | null;
}

/**
 * Writes a search with its trials and fold runs: all of it or nothing. Whoever listens to `holdfast_work` hears
 * of it.
 *
 * @throws RangeError for a search or a trial that has nothing to do, DatasetMissingError, IdTakenError
 */
export async function insertSearch(db: Database, search: NewSearch): Promise<SearchRecord> {
  try {
    await inTransaction(db, (client) => writeWithNested(client, search));
  } catch (error) {
    const { code, constraint } = violatedConstraint(error) ?? {};
    if (code === '23505' && constraint === 'searches_pkey') {
      throw new IdTakenError(`There is a search ${search.id} already.`, { cause: error });
    }
    if (code === '23503' && constraint === 'searches_dataset_id_fkey') {
      throw new DatasetMissingError(`There is no data set ${search.datasetId} (any more).`, { cause: error });
    }
    throw error;
  }
  const record = await findSearch(db, search.id);
  if (!record) throw new Error(`Search ${search.id} was deleted as soon as it was made.`);
  return record;
}

/**
 * Within a transaction; see `insertSearch`.
 * @throws RangeError for a search or a trial that has nothing to do
 */
export async function writeWithNested(client: pg.PoolClient, search: NewSearch): Promise<void> {
  const all = [search, ...(search.nested ?? [])];
  for (const one of all) checkWork(one);
  for (const one of all) await writeSearch(client, one);
}

function checkWork({ trials, trialsToCome = 0 }: NewSearch): void {
  if (trials.length + trialsToCome === 0)
    throw new RangeError('trials is empty: a search needs one at least.');
  for (const [number, { foldRuns }] of trials.entries()) {
    if (foldRuns.length === 0)
      throw new RangeError(`trials/${number}/foldRuns is empty: a trial needs one at least.`);
  }
}

async function writeSearch(client: pg.PoolClient, search: NewSearch): Promise<void> {
  const { limits } = search.spec;
  const folds = search.trials.reduce((sum, { foldRuns }) => sum + foldRuns.length, 0);
  await client.query(
    `INSERT INTO searches (
       id, name, tags, dataset_id, spec, numerics_version, test_seen, parent, gap,
       trials_total, trials_waiting, folds_total, trials_to_come, adaptive, decisions_asked, concurrency, max_seconds,
       nested_in, outer_fold, trainer, trace_parent)
     VALUES ($1, $2, $3, $4, $5, $6,
       $7 OR coalesce((SELECT reveals_used > 0 FROM datasets WHERE id = $4), false),
       $8, $9, $10, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
    [
      search.id,
      search.name,
      search.tags,
      search.datasetId,
      toStrictJson(search.spec, 'spec'),
      search.numericsVersion,
      search.testSeen,
      search.parent,
      search.gap,
      search.trials.length,
      folds,
      search.trialsToCome ?? 0,
      search.adaptive ?? false,
      search.adaptive ? 1 : 0,
      limits.concurrency,
      limits.maxSeconds,
      search.nestedIn?.search ?? null,
      search.nestedIn?.outerFold ?? null,
      search.spec.trainer ?? 'holdfast',
      search.traceParent ?? null,
    ],
  );
  await client.query(
    `INSERT INTO trials (search_id, number, proposal, params, weight_count, cost, open_folds)
     SELECT $1, t.place - 1, t.place - 1, t.params, t.weight_count, t.cost, t.open_folds
     FROM ROWS FROM (
       json_array_elements($2::json), unnest($3::bigint[]), unnest($4::float8[]), unnest($5::integer[])
     ) WITH ORDINALITY AS t (params, weight_count, cost, open_folds, place)`,
    [
      search.id,
      toStrictJson(
        search.trials.map(({ params }) => params),
        'trials',
      ),
      arrayLiteral(search.trials.map(({ weightCount }) => weightCount)),
      arrayLiteral(search.trials.map(({ cost }) => cost)),
      arrayLiteral(search.trials.map(({ foldRuns }) => foldRuns.length)),
    ],
  );
  await writeFoldRuns(client, search);
  await client.query(
    `INSERT INTO fold_assignments (search_id, repeat, bytes)
     SELECT $1, a.place - 1, a.bytes FROM unnest($2::bytea[]) WITH ORDINALITY AS a (bytes, place)`,
    [search.id, search.assignments.map(bytesOf)],
  );
  if (search.warmStart?.length) {
    await client.query('INSERT INTO warm_starts (search_id, observations) VALUES ($1, $2)', [
      search.id,
      toStrictJson(search.warmStart, 'warmStart'),
    ]);
  }
  await client.query(
    `SELECT advance_search($1, p_names => '{search}', p_data => ARRAY['{"status":"queued"}'::json])`,
    [search.id],
  );
  await client.query(`SELECT pg_notify('holdfast_work', $1)`, [search.id]);
}

/** Trials have the same fold runs, or few different lists of them: each list is sent once. */
async function writeFoldRuns(client: pg.PoolClient, { id, trials }: NewSearch): Promise<void> {
  const numbersOf = new Map<NewTrial['foldRuns'], number[]>();
  for (const [number, { foldRuns }] of trials.entries()) {
    const numbers = numbersOf.get(foldRuns) ?? [];
    numbersOf.set(foldRuns, numbers);
    numbers.push(number);
  }
  for (const [foldRuns, numbers] of numbersOf) {
    const released = numbers.map((number) => trials[number]!.released ?? foldRuns.length);
    const epochs = numbers.map((number) => trials[number]!.untilEpoch ?? null);
    await client.query(
      `INSERT INTO fold_runs (search_id, trial, repeat, fold, held, until_epoch)
       SELECT $1, t.number, k.repeat, k.fold, k.place > t.released,
         CASE WHEN k.place <= t.released THEN t.until_epoch END
       FROM unnest($2::integer[], $3::integer[], $4::integer[]) AS t (number, released, until_epoch)
       CROSS JOIN unnest($5::smallint[], $6::smallint[]) WITH ORDINALITY AS k (repeat, fold, place)`,
      [
        id,
        arrayLiteral(numbers),
        arrayLiteral(released),
        arrayLiteral(epochs),
        arrayLiteral(foldRuns.map(({ repeat }) => repeat)),
        arrayLiteral(foldRuns.map(({ fold }) => fold)),
      ],
    );
  }
}

export async function findSearch(db: Database, id: string): Promise<SearchRecord | null> {
  const row = await db.prisma.search.findUnique({ where: { id } });
  return row && toRecord(row);
}

/** What is nested in a search: the inner searches by outer fold, then the one that scores. */
export async function listNested(db: Database, main: string): Promise<SearchRecord[]> {
  const rows = await db.prisma.search.findMany({
    where: { nestedIn: main },
    orderBy: { outerFold: { sort: 'asc', nulls: 'last' } },
  });
  return rows.map(toRecord);
}

/** The newest search with a tag that goes on from another. */
export async function findNewestChild(
  db: Database,
  parent: string,
  tag: string,
): Promise<SearchRecord | null> {
  const row = await db.prisma.search.findFirst({
    where: { parent, tags: { has: tag } },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
  return row && toRecord(row);
}

/** Newest first, without those that are part of another. @throws InvalidCursorError */
export async function listSearches(
  db: Database,
  filter: {
    limit: number;
    cursor?: string | null;
    tag?: string | undefined;
    status?: SearchState | undefined;
    /** A part of it, in whatever case. */
    name?: string | undefined;
    dataset?: string | undefined;
  },
): Promise<{ items: SearchRecord[]; nextCursor: string | null }> {
  const found = await db.prisma.search.findMany({
    where: {
      ...after(filter.cursor),
      nestedIn: null,
      ...(filter.tag === undefined ? {} : { tags: { has: filter.tag } }),
      ...(filter.status === undefined ? {} : { status: filter.status }),
      ...(filter.name === undefined ? {} : { name: { contains: filter.name, mode: 'insensitive' } }),
      ...(filter.dataset === undefined ? {} : { datasetId: filter.dataset }),
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: filter.limit + 1,
  });
  const { rows, nextCursor } = cutPage(found, filter.limit);
  return { items: rows.map(toRecord), nextCursor };
}

/** What a client that polls needs to know, cheaply. */
export async function findRevision(
  db: Database,
  id: string,
): Promise<{ revision: number; status: SearchState } | null> {
  const { rows } = await db.pool.query<{ revision: number; status: SearchState }>(
    'SELECT revision, status FROM searches WHERE id = $1',
    [id],
  );
  return rows[0] ?? null;
}

/** Ends all that is open. `'over'`: it had ended before; `null`: there is no such search. */
export async function cancelSearch(db: Database, id: string): Promise<SearchRecord | 'over' | null> {
  const { rows } = await db.pool.query<{ outcome: 'cancelled' | 'over' | 'absent' }>(
    'SELECT cancel_search($1) AS outcome',
    [id],
  );
  const { outcome } = rows[0]!;
  if (outcome === 'over') return 'over';
  return outcome === 'absent' ? null : findSearch(db, id);
}

/** With all that belongs to it; `'running'`: it is not over, or something nested in it is not, and stays. */
export async function deleteSearch(db: Database, id: string): Promise<'deleted' | 'running' | 'absent'> {
  const { rows } = await db.pool.query<{ outcome: 'deleted' | 'running' | 'absent' }>(
    `WITH deleted AS (
       DELETE FROM searches s WHERE id = $1 AND status IN ('completed', 'failed', 'cancelled') AND NOT EXISTS (
         SELECT FROM searches n
         WHERE n.nested_in = s.id AND n.status NOT IN ('completed', 'failed', 'cancelled'))
       RETURNING id
     )
     SELECT CASE
       WHEN EXISTS (SELECT FROM deleted) THEN 'deleted'
       WHEN EXISTS (SELECT FROM searches WHERE id = $1) THEN 'running'
       ELSE 'absent'
     END AS outcome`,
    [id],
  );
  return rows[0]!.outcome;
}

/** One for each repeat: the fold that validates each training row, 0xFFFF for never. Empty where there is no such search. */
export async function loadFoldAssignments(db: Database, id: string): Promise<Uint16Array[]> {
  const rows = await db.prisma.foldAssignment.findMany({
    where: { searchId: id },
    orderBy: { repeat: 'asc' },
  });
  // A copy, since a view needs its bytes at an even address.
  return rows.map(({ bytes }) => new Uint16Array(Uint8Array.from(bytes).buffer));
}

/** Postgres's text form of an array: much faster to build than pg's own, which quotes each item. */
export function arrayLiteral(items: readonly (number | boolean | null)[]): string {
  return `{${items.map((item) => item ?? 'NULL').join(',')}}`;
}

function toRecord(row: SearchRow): SearchRecord {
  const { trainer, datasetId, spec } = row;
  return {
    // Which spec belongs to which trainer is what was checked when the search came in.
    ...({ trainer, datasetId, spec } as unknown as Pick<SearchRecord, 'trainer' | 'datasetId' | 'spec'>),
    id: row.id,
    name: row.name,
    tags: row.tags,
    status: row.status,
    reason: row.reason,
    repeatable: row.repeatable,
    testSeen: row.testSeen,
    numericsVersion: row.numericsVersion,
    parent: row.parent,
    nestedIn: row.nestedIn === null ? null : { search: row.nestedIn, outerFold: row.outerFold },
    traceParent: row.traceParent,
    gap: row.gap,
    trialsToCome: row.trialsToCome,
    revision: row.revision,
    trials: {
      total: row.trialsTotal,
      waiting: row.trialsWaiting,
      running: row.trialsRunning,
      completed: row.trialsCompleted,
      pruned: row.trialsPruned,
      failed: row.trialsFailed,
      cancelled: row.trialsCancelled,
    },
    folds: { total: row.foldsTotal, completed: row.foldsCompleted },
    lateResults: row.lateResults,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    updatedAt: row.updatedAt,
    finishedAt: row.finishedAt,
  } as SearchRecord;
}
