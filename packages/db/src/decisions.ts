import type { AnyResolvedSpec } from '@holdfast/contracts/any-spec';
import type { MetricName } from '@holdfast/contracts/metrics';
import type { TrialState } from '@holdfast/contracts/states';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import type { Database } from './open-database.ts';
import { arrayLiteral, type WarmObservation } from './searches.ts';
import { toStrictJson } from './strict-json.ts';

/** Searches with results that decisions wait for, and those that score outer folds whose inner search is over. */
export async function listUndecided(db: Database): Promise<string[]> {
  const { rows } = await db.pool.query<{ id: string }>(
    `SELECT id FROM searches
     WHERE decisions_asked > decisions_made AND status IN ('queued', 'running')
     UNION
     -- Its trials are those that inner searches choose, one after the other.
     SELECT e.id FROM searches e
     JOIN searches i ON i.nested_in = e.nested_in AND i.outer_fold = e.trials_total
     WHERE e.nested_in IS NOT NULL AND e.outer_fold IS NULL AND e.trials_to_come > 0
       AND e.status IN ('queued', 'running') AND i.status IN ('completed', 'failed', 'cancelled')
     ORDER BY id`,
  );
  return rows.map(({ id }) => id);
}

/** How a search stands before its trials are read: a result that comes later asks again. */
export interface DecisionRequest {
  asked: number;
  spec: AnyResolvedSpec;
  /** Trials of the strategy, those to come included. */
  planned: number;
  /** Where proposals are not their trials' numbers: from which on, in rising order. */
  numbering: { proposal: number; number: number }[];
  /** Of a search that scores the outer folds of another: that one. */
  scores: string | null;
}

/** `null` where there is no such search, or it is not running. */
export async function loadDecisionRequest(db: Database, search: string): Promise<DecisionRequest | null> {
  const { rows } = await db.pool.query<DecisionRequest>(
    `SELECT decisions_asked AS asked, spec, numbering,
       CASE WHEN outer_fold IS NULL THEN nested_in END AS scores,
       trials_to_come + (SELECT coalesce(max(proposal) + 1, 0) FROM trials WHERE search_id = s.id)::integer AS planned
     FROM searches s WHERE id = $1 AND status IN ('queued', 'running')`,
    [search],
  );
  return rows[0] ?? null;
}

/** What the search's strategy knows from earlier ones: it never changes. */
export async function loadWarmStart(db: Database, search: string): Promise<WarmObservation[]> {
  const row = await db.prisma.warmStart.findUnique({ where: { searchId: search } });
  return (row?.observations ?? []) as unknown as WarmObservation[];
}

export interface ProposedTrial {
  proposal: number;
  status: TrialState;
  params: TrialParams;
  /** By rung, then by fold run in the order of repeat and fold: `null` where not defined, `undefined` where not there. */
  scores: (number | null | undefined)[][];
}

/** The strategy's trials from a proposal on, in order, with the scores of one metric. */
export async function loadProposedTrials(
  db: Database,
  search: string,
  { from, metric }: { from: number; metric: MetricName },
): Promise<ProposedTrial[]> {
  const { rows } = await db.pool.query<
    [number, TrialState, TrialParams, number[] | null, boolean[], (number | null)[]]
  >({
    text: `SELECT t.proposal, t.state, t.params, r.rungs, r.there, r.scores
           FROM trials t CROSS JOIN LATERAL (
             SELECT array_agg(f.rung::integer ORDER BY f.repeat, f.fold) AS rungs,
               array_agg(x.attempt IS NOT NULL ORDER BY f.repeat, f.fold) AS there,
               array_agg((x.validation ->> $3)::float8 ORDER BY f.repeat, f.fold) AS scores
             FROM fold_runs f LEFT JOIN fold_results x USING (search_id, trial, repeat, fold)
             -- One that has not begun has no results to look for.
             WHERE f.search_id = t.search_id AND f.trial = t.number AND t.state <> 'waiting'
           ) r
           WHERE t.search_id = $1 AND t.proposal >= $2
           ORDER BY t.proposal`,
    values: [search, from, metric],
    rowMode: 'array',
  });
  const trials = rows.map(([proposal, status, params, rungs, there, values]): ProposedTrial => {
    const scores: ProposedTrial['scores'] = [[]];
    for (const [run, rung] of (rungs ?? []).entries()) {
      if (there[run]) rungOf(scores, rung)[run] = values[run];
    }
    return { proposal, status, params, scores };
  });
  const { rows: earlier } = await db.pool.query<[number, number, number, number | null]>({
    text: `SELECT t.proposal, r.rung, k.place::integer, (r.validation ->> $3)::float8
           FROM trials t
           JOIN (
             SELECT f.*, row_number() OVER (PARTITION BY f.trial ORDER BY f.repeat, f.fold) - 1 AS place
             FROM fold_runs f WHERE f.search_id = $1
           ) k ON k.trial = t.number
           JOIN rung_results r ON r.search_id = $1 AND r.trial = k.trial AND r.repeat = k.repeat AND r.fold = k.fold
           WHERE t.search_id = $1 AND t.proposal >= $2`,
    values: [search, from, metric],
    rowMode: 'array',
  });
  const byProposal = new Map(trials.map((trial) => [trial.proposal, trial]));
  for (const [proposal, rung, place, score] of earlier) {
    const trial = byProposal.get(proposal);
    if (trial) rungOf(trial.scores, rung)[place] = score;
  }
  return trials;
}

function rungOf(scores: ProposedTrial['scores'], rung: number): (number | null | undefined)[] {
  while (scores.length <= rung) scores.push([]);
  return scores[rung]!;
}

export interface AppliedDecisions {
  /** Of the request that they follow from. */
  asked: number;
  planned: number;
  trials: {
    number: number;
    proposal: number;
    params: TrialParams;
    weightCount: number;
    cost: number;
    released: number;
    untilEpoch: number | null;
  }[];
  /** The fold runs of any trial. */
  foldRuns: { repeat: number; fold: number }[];
  grants: { trial: number; repeat: number; fold: number; rung: number; untilEpoch: number | null }[];
  pruned: { trial: number; reason: string }[];
  /** Nothing will be proposed any more. */
  final: boolean;
}

/** Does what was decided, in one statement; what was done already, by another worker say, is left as it is. */
export async function applyDecisions(db: Database, search: string, decided: AppliedDecisions): Promise<void> {
  const { trials, foldRuns, grants, pruned } = decided;
  await db.pool.query(
    'SELECT apply_decisions($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)',
    [
      search,
      decided.asked,
      decided.planned,
      arrayLiteral(trials.map(({ number }) => number)),
      toStrictJson(
        trials.map(({ number: _, ...trial }) => trial),
        'trials',
      ),
      arrayLiteral(foldRuns.map(({ repeat }) => repeat)),
      arrayLiteral(foldRuns.map(({ fold }) => fold)),
      arrayLiteral(grants.map(({ trial }) => trial)),
      arrayLiteral(grants.map(({ repeat }) => repeat)),
      arrayLiteral(grants.map(({ fold }) => fold)),
      arrayLiteral(grants.map(({ rung }) => rung)),
      arrayLiteral(grants.map(({ untilEpoch }) => untilEpoch)),
      arrayLiteral(pruned.map(({ trial }) => trial)),
      pruned.map(({ reason }) => reason),
      decided.final,
    ],
  );
}

/** Ends a search that scores outer folds, one of which has nothing to score. */
export async function failEvaluation(
  db: Database,
  search: string,
  { reason, repeatable }: { reason: string; repeatable: boolean },
): Promise<void> {
  await db.pool.query('SELECT fail_evaluation($1, $2, $3)', [search, reason, repeatable]);
}
