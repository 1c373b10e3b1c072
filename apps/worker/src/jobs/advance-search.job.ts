import { isExternal } from '@holdfast/contracts/any-spec';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { numericsVersion } from '@holdfast/contracts/versions';
import { isDatabaseUnreachable } from '@holdfast/db/database-unreachable';
import {
  applyDecisions,
  type DecisionRequest,
  listUndecided,
  loadDecisionRequest,
  loadProposedTrials,
  loadWarmStart,
  type ProposedTrial,
} from '@holdfast/db/decisions';
import type { Database } from '@holdfast/db/open-database';
import { numberOf } from '@holdfast/search/proposal-numbers';
import { decide } from '@holdfast/search/schedulers/decide';
import { createSearchPlan, type SearchPlan } from '@holdfast/search/schedulers/search-plan';
import type { Logger } from 'pino';
import type { DatasetCache } from '../dataset-cache.ts';
import { scoreOuterFolds } from '../score-outer-folds.ts';
import type { SearchCache } from '../search-cache.ts';
import { createWeigher } from '../weigh-trials.ts';

/** What was read of a search before: trials that have ended stay as they are. */
interface Known {
  planned: number;
  plan: SearchPlan;
  /** By proposal, those before the first that was open. */
  ended: ProposedTrial[];
}

const kept = 32;

/**
 * Decides for every search that has results to decide from. Any worker may, at any time, also two at once: what is
 * decided is a function of results that never change.
 */
export function createSearchAdvancer(deps: {
  db: Database;
  searches: SearchCache;
  datasets: DatasetCache;
  log: Logger;
}): () => Promise<void> {
  const { db, log } = deps;
  const known = new Map<string, Known>();
  const troubled = new Set<string>();

  async function advance(search: string): Promise<void> {
    const request = await loadDecisionRequest(db, search);
    if (request === null) return;
    const training = isExternal(request.spec) ? null : await deps.searches.get(search);
    if (training === null && !isExternal(request.spec)) return;
    // Its proposals could be others: they are for workers that have its version.
    if (training !== null && training.numericsVersion !== numericsVersion) return;
    if (request.scores !== null && training !== null)
      return scoreOuterFolds({ db, datasets: deps.datasets }, training, {
        ...request,
        scores: request.scores,
      });
    const before = known.get(search);
    const entry: Known =
      before?.planned === request.planned
        ? before
        : {
            planned: request.planned,
            plan: createSearchPlan(request.spec, request.planned, await loadWarmStart(db, search)),
            ended: before?.ended ?? [],
          };
    known.delete(search);
    known.set(search, entry);
    if (known.size > kept) known.delete(known.keys().next().value!);

    const { plan, ended } = entry;
    const metric = request.spec.objective.metric;
    const trials = [...ended, ...(await loadProposedTrials(db, search, { from: ended.length, metric }))];
    while (ended.length < trials.length && isOver(trials[ended.length]!)) ended.push(trials[ended.length]!);

    const started = performance.now();
    const decisions = decide(plan, trials);
    const { proposals, grants, pruned, final } = decisions;
    const foldRuns = foldRunsOf(request);
    const number = (proposal: number) => numberOf(request.numbering, proposal);
    const weigh = training === null ? weighNothing : await createWeigher(deps.datasets, training);
    await applyDecisions(db, search, {
      asked: request.asked,
      planned: request.planned,
      trials: proposals.map((trial) => ({
        ...trial,
        number: number(trial.proposal),
        // Of networks, where they are weighed.
        ...weigh(trial.params as Hyperparameters),
      })),
      foldRuns,
      grants: grants.flatMap(({ proposal, rung, from, to, untilEpoch }) =>
        foldRuns.slice(from, to).map((run) => ({ trial: number(proposal), ...run, rung, untilEpoch })),
      ),
      pruned: pruned.map(({ proposal, reason }) => ({ trial: number(proposal), reason })),
      final,
    });
    log.debug(
      {
        search,
        proposed: proposals.length,
        granted: grants.length,
        pruned: pruned.length,
        milliseconds: performance.now() - started,
      },
      'decided',
    );
  }

  return async () => {
    for (const search of await listUndecided(db)) {
      try {
        await advance(search);
        troubled.delete(search);
      } catch (error) {
        known.delete(search);
        if (isDatabaseUnreachable(error)) throw error;
        // One that cannot be decided for must not hold up the others. It is tried again, and told once.
        if (!troubled.has(search))
          log.error({ search, error: (error as Error).message }, 'nothing can be decided');
        troubled.add(search);
      }
    }
  };
}

function isOver({ status }: ProposedTrial): boolean {
  return status !== 'waiting' && status !== 'running';
}

/** What another's trial costs, nobody here knows. */
const weighNothing = () => ({ weightCount: 0, cost: 0 });

/** In the order of repeat and fold. */
function foldRunsOf({ spec: { crossValidation } }: DecisionRequest) {
  const folds = crossValidation.kind === 'holdout' ? 1 : crossValidation.folds;
  const repeats = crossValidation.kind === 'blocked' ? 1 : crossValidation.repeats;
  return Array.from({ length: repeats * folds }, (_, run) => ({
    repeat: Math.floor(run / folds),
    fold: run % folds,
  }));
}
