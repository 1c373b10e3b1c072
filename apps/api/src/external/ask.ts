import type { Ask, AskAnswer } from '@holdfast/contracts/external-trainer';
import { foldRows } from '@holdfast/core/splits/fold-rows';
import { type AskOutcome, askFoldRun } from '@holdfast/db/external-trainers';
import type { Database } from '@holdfast/db/open-database';
import { type ExternalSearchRecord, findSearch, loadFoldAssignments } from '@holdfast/db/searches';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { bracketOf, createSearchPlan } from '@holdfast/search/schedulers/search-plan';
import { LeastRecentlyUsed } from '../least-recently-used.ts';
import { ProblemError } from '../problem-error.ts';
import type { SearchWatch } from '../search-watch.ts';
import { searchNotFound } from '../searches/search-params.ts';
import { leaseToken } from './lease-token.ts';

type Granted = Extract<AskOutcome, { outcome: 'granted' }>;

/** What a trainer that was told to wait should let pass, in seconds: decisions take less than one. */
const retryAfterSeconds = 1;

/** Rows of all searches whose division is kept. */
const keptRows = 5_000_000;

/**
 * Answers trainers that ask what to train. Where nothing is ready the answer is held until something is, for as long as
 * the trainer said.
 * @throws ProblemError for a search that is not there, or not external
 */
export function createAsking({ database, watch }: { database: Database; watch: SearchWatch }) {
  const divisions = new LeastRecentlyUsed<Uint16Array[]>(keptRows);

  async function divisionOf(search: string): Promise<Uint16Array[]> {
    const known = divisions.get(search);
    if (known) return known;
    const read = await loadFoldAssignments(database, search);
    divisions.set(search, read, read.length * (read[0]?.length ?? 0));
    return read;
  }

  async function describe(search: string, granted: Granted, ask: Ask): Promise<AskAnswer> {
    const { trial, repeat, fold, attempt, params } = granted;
    const record = await findSearch(database, search);
    if (record?.trainer !== 'external') throw searchNotFound(search);
    const { spec } = record;
    const place = { search, trial, repeat, fold };
    const rows = ask.rows ? foldRows(await divisionOf(search), repeat, fold, record.gap) : null;
    return {
      next: 'train',
      ...place,
      attempt,
      params,
      // 32 bits, which every generator takes.
      seed: Number.parseInt(deriveSeed(spec.seed, trial, repeat, fold).slice(0, 8), 16),
      rows: rows && { training: [...rows.trainingRows], validation: [...rows.validationRows] },
      resource: resourceOf(record, granted),
      lease: {
        token: leaseToken(place, attempt),
        seconds: ask.leaseSeconds,
        expiresAt: granted.leaseUntil.toISOString(),
      },
      resultPath: `/v1/searches/${search}/trials/${trial}/folds/${fold}/result${repeat > 0 ? `?repeat=${repeat}` : ''}`,
    };
  }

  return async function answer(search: string, ask: Ask, signal: AbortSignal): Promise<AskAnswer> {
    const deadline = performance.now() + ask.waitSeconds * 1000;
    for (;;) {
      // Listening begins before the look: a change between the two is heard.
      const left = deadline - performance.now();
      const heard = new AbortController();
      const change =
        left > 0 ? watch.nextChange(search, left, AbortSignal.any([signal, heard.signal])) : undefined;
      try {
        const found = await askFoldRun(database, { search, ...ask });
        if (found.outcome === 'absent') throw await absent(database, search);
        const { status } = found;
        if (found.outcome === 'granted') return await describe(search, found, ask);
        if (found.outcome === 'over') {
          const reason = (await findSearch(database, search))?.reason ?? null;
          return { next: 'stop', search, status, reason };
        }
        if (change === undefined || signal.aborted || watch.closing.aborted)
          return { next: 'wait', search, status, retryAfterSeconds };
        await change;
      } finally {
        heard.abort();
      }
    }
  };
}

async function absent(database: Database, search: string): Promise<ProblemError> {
  if ((await findSearch(database, search)) === null) return searchNotFound(search);
  return new ProblemError(
    'conflict',
    `${search} is trained by Holdfast’s own workers: there is nothing to ask for. Submit a search with "trainer": "external".`,
  );
}

function resourceOf({ spec }: ExternalSearchRecord, { trial, rung, untilEpoch }: Granted) {
  const { resource, strategy } = spec;
  if (resource === null) return null;
  const { name, max } = resource;
  const until = untilEpoch ?? max;
  let from = 0;
  if (rung > 0 && (strategy.kind === 'halving' || strategy.kind === 'hyperband')) {
    const plan = createSearchPlan(spec, strategy.trials!);
    from = bracketOf(plan, trial).rungs[rung - 1]!.untilEpoch ?? 0;
  }
  return { name, from, until, max, rung };
}
