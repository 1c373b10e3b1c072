import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Metric } from '@holdfast/contracts/metrics';
import type { Reveal } from '@holdfast/contracts/reveal';
import { findDataset } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import { findReveal, type RevealRefusal, requestReveal } from '@holdfast/db/reveals';
import { loadTrial } from '@holdfast/db/trials';
import type { Boards } from '../leaderboard/boards.ts';
import { ProblemError } from '../problem-error.ts';
import { refuseNested } from '../searches/refuse-nested.ts';
import { searchNotFound } from '../searches/search-params.ts';
import { trainedHere } from '../searches/trained-here.ts';

/**
 * Orders the evaluation of trials, with what validation promised of them at this moment. Given back where `id` was made
 * before.
 * @throws ProblemError
 */
export async function createReveal(
  { database, boards }: { database: Database; boards: Boards },
  id: string,
  search: string,
  named: readonly number[] | undefined,
): Promise<Reveal> {
  const made = await findReveal(database, id);
  if (made) return made;
  const board = await boards.assess({ search });
  if (board === null) throw searchNotFound(search);
  const { head } = board;
  const record = trainedHere(board.record, 'A reveal');
  refuseNested(record);
  const dataset = await findDataset(database, record.datasetId);
  // A ladder compares accuracies, whatever the search was for.
  const metric: Metric = dataset?.test.protocol === 'ladder' ? 'accuracy' : record.spec.objective.metric;
  const ranked = metric === head.metric ? { search } : { search, metric };
  if (['queued', 'running', 'paused'].includes(board.record.status)) throw notOver(board.record.status);
  const trials = named ?? (head.recommended ? [head.recommended.trial] : []);
  if (trials.length === 0)
    throw new ProblemError('conflict', 'No trial has a score: there is none to be tested.');

  const items = new Map((await boards.items({ ...ranked, trials }))?.map((item) => [item.trial, item]));
  const order = [];
  for (const trial of [...trials].sort((a, b) => a - b)) {
    const item = items.get(trial);
    const stored = item && (await loadTrial(database, search, trial));
    if (!stored || item.rank === null) throw missingTrial(trial);
    const { mean, standardError } = item.score;
    const isCorrected = head.corrected?.trial === trial && metric === head.metric;
    const corrected = isCorrected ? head.corrected!.score : null;
    const foldEpochs = stored.folds.flatMap(({ epochs }) => epochs ?? []);
    const params = stored.params as Hyperparameters;
    order.push({ trial, params, foldEpochs, validation: { mean, standardError, corrected } });
  }
  const { seed, earlyStopping, refit } = record.spec;
  const answer = await requestReveal(database, id, {
    search,
    metric,
    spec: { seed, earlyStopping, refit },
    trials: order,
  });
  if (answer.outcome === 'accepted') return answer.reveal;
  throw explain(search, answer, order.length);
}

function explain(search: string, refusal: RevealRefusal, cost: number): ProblemError {
  switch (refusal.outcome) {
    case 'absent':
      return searchNotFound(search);
    case 'no-test':
      return new ProblemError('conflict', 'The data set of this search has no locked test rows.');
    case 'ladder-elsewhere': {
      const { dataset, isThere } = refusal;
      return new ProblemError(
        'conflict',
        isThere
          ? `These test rows are on the ladder of ${dataset}, which alone takes submissions: a second ladder on them would tell what the first one keeps.`
          : `These test rows were on the ladder of ${dataset}, which was deleted: they answer no more.`,
      );
    }
    case 'running':
      return notOver(refusal.status);
    case 'missing-trial':
      return missingTrial(refusal.trial);
    case 'spent':
    case 'repeated': {
      const { revealsUsed, revealBudget, earlier } = refusal;
      const why =
        refusal.outcome === 'repeated'
          ? 'A trial named here was tested on these rows already.'
          : `The budget of these test rows is ${revealBudget}, ${revealsUsed} of it spent; this would take ${cost}.`;
      return new ProblemError('reveal-budget-spent', `${why} ${earlier.map(tell).join(' ')}`.trim());
    }
  }
}

/** What was seen and when, in a sentence. */
function tell({ id, search, createdAt, trials, metric, status }: Reveal): string {
  const seen = trials.map(({ trial, test, ladder }) => {
    if (ladder) return `trial ${trial} (the ladder showed ${metric} ${ladder.score ?? 'undefined'})`;
    return test === null ? `trial ${trial}` : `trial ${trial} (${metric} ${test[metric] ?? 'undefined'})`;
  });
  return `Reveal ${id} of search ${search}, ${createdAt}, ${status}: ${seen.join(', ')}.`;
}

const notOver = (status: string) =>
  new ProblemError('search-running', `The search is ${status}: wait until it is over, or cancel it.`);

function missingTrial(trial: number): ProblemError {
  const message = `Trial ${trial} is not a completed trial with a score.`;
  return new ProblemError('invalid-search', message, { errors: [{ pointer: '/trials', message }] });
}
