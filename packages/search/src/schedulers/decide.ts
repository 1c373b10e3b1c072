import type { TrialParams } from '@holdfast/contracts/trial-params';
import type { Observation } from '../samplers/sampler.ts';
import type { Bracket } from './bracket.ts';
import { isBeaten } from './forgiving-race.ts';
import { isOpen, rungScores, rungValue, type TrialProgress } from './progress.ts';
import { decideRung } from './promotion.ts';
import { countIndependent, firstStage, type SearchPlan, stageOf } from './search-plan.ts';

export interface Decisions {
  /** Trials to add, in the order of their numbers. */
  proposals: { proposal: number; params: TrialParams; released: number; untilEpoch: number | null }[];
  /** Fold runs that may run: those of a trial from `from` to before `to`, in the order of repeat and fold. */
  grants: { proposal: number; rung: number; from: number; to: number; untilEpoch: number | null }[];
  /** Trials that can win no more. */
  pruned: { proposal: number; reason: string }[];
  /** Nothing will be proposed any more. */
  final: boolean;
}

/**
 * What follows from the results that are there: a pure function of the plan and of results named by number. Each
 * decision waits for exactly the results that it depends on, so results that come later never change it, and deciding
 * again, or elsewhere, gives the same.
 * @param trials by proposal number, as far as they are proposed
 */
export function decide(plan: SearchPlan, trials: readonly TrialProgress[]): Decisions {
  const decisions: Decisions = { proposals: [], grants: [], pruned: [], final: false };
  for (const bracket of plan.brackets) decideBracket(plan, bracket, trials, decisions);
  propose(plan, trials, decisions);
  return decisions;
}

function propose(plan: SearchPlan, trials: readonly TrialProgress[], decisions: Decisions): void {
  const { sampler, target, sign, foldRuns } = plan;
  let ended = 0;
  while (ended < trials.length && !isOpen(trials[ended]!)) ended += 1;
  const lastValue = (trial: TrialProgress) => {
    // A pruned trial is known by the folds that it has, of the last rung that it reached.
    const last = trial.scores.length - 1;
    const scores = rungScores(trial, last);
    return rungValue(trial, last, trial.status === 'pruned' ? scores.length : foldRuns, sign) ?? null;
  };

  let end = sampler.trials;
  if (target !== null) {
    const hit = trials
      .slice(0, ended)
      .findIndex(
        (trial) => trial.status === 'completed' && (lastValue(trial) ?? -Infinity) >= sign * target.score,
      );
    if (hit >= 0) end = Math.min(end, hit + target.lag + 1);
  }
  let next = trials.length;
  const independent = countIndependent(plan);
  let seen: Observation<TrialParams>[] | undefined;
  while (next < end) {
    if (next >= independent) {
      if (sampler.lag !== undefined && next >= sampler.independent! && next - sampler.lag > ended) break;
      if (target !== null && next - target.lag > ended) break;
    }
    if (sampler.lag !== undefined) {
      seen ??= trials.map((trial, number) => ({
        params: trial.params,
        value: number < ended ? lastValue(trial) : null,
      }));
    }
    const params = sampler.propose(next, seen);
    seen?.push({ params, value: null });
    decisions.proposals.push({ proposal: next, params, ...firstStage(plan, next) });
    next += 1;
  }
  decisions.final = next >= end;
}

function decideBracket(
  plan: SearchPlan,
  bracket: Bracket,
  trials: readonly TrialProgress[],
  decisions: Decisions,
): void {
  const { foldRuns, sign, race } = plan;
  const { first, rungs } = bracket;
  let entrants: number[] = [];
  for (let n = first; n < first + rungs[0]!.trials && n < trials.length; n++) entrants.push(n);
  let expected = rungs[0]!.trials;
  for (const [rung, { untilEpoch }] of rungs.entries()) {
    const next = rungs[rung + 1];
    if (race !== null) runRace(plan, bracket, rung, entrants, expected, trials, decisions);
    if (next === undefined) return;
    const entries = entrants.map((proposal) => ({
      proposal,
      value: rungValue(trials[proposal]!, rung, foldRuns, sign),
    }));
    const { promoted, dropped } = decideRung(entries, next.trials, expected);
    for (const proposal of dropped) {
      if (!isOpen(trials[proposal]!)) continue;
      const scores = rungScores(trials[proposal]!, rung);
      decisions.pruned.push({
        proposal,
        reason: scores.includes(null)
          ? `A fold has no score after ${untilEpoch} epochs.`
          : `Not among the best ${next.trials} of ${rungs[rung]!.trials} after ${untilEpoch} epochs.`,
      });
    }
    for (const proposal of promoted) {
      const to = stageOf(plan, proposal - first);
      grant(decisions, trials[proposal]!, {
        proposal,
        rung: rung + 1,
        from: 0,
        to,
        untilEpoch: next.untilEpoch,
      });
    }
    const undecided = expected - promoted.length - dropped.length;
    expected = Math.min(next.trials, promoted.length + undecided);
    entrants = promoted.sort((a, b) => a - b);
  }
}

/** Leaves out what has run already. */
function grant(decisions: Decisions, trial: TrialProgress, wanted: Decisions['grants'][number]): void {
  if (!isOpen(trial)) return;
  const done = rungScores(trial, wanted.rung).length;
  if (done < wanted.to) decisions.grants.push({ ...wanted, from: Math.max(wanted.from, done) });
}

/**
 * Within a rung, trials are measured against the trial that holds the last place that is promoted (in the last rung: the
 * best), of those that come `lag` or more before them in the bracket.
 */
function runRace(
  { foldRuns, sign, race }: SearchPlan,
  { first, rungs }: Bracket,
  rung: number,
  entrants: readonly number[],
  expected: number,
  trials: readonly TrialProgress[],
  decisions: Decisions,
): void {
  const lag = race!.lag;
  const places = rungs[rung + 1]?.trials ?? 1;
  const { untilEpoch } = rungs[rung]!;
  const isComplete = expected === entrants.length;
  // Best first; grows as the entrants below the next one's window are known.
  const finished: { proposal: number; value: number }[] = [];
  let known = 0;
  for (const proposal of entrants) {
    while (known < entrants.length && entrants[known]! < proposal - lag) {
      const value = rungValue(trials[entrants[known]!]!, rung, foldRuns, sign);
      if (value === undefined) return;
      if (value !== null) insert(finished, { proposal: entrants[known]!, value });
      known += 1;
    }
    const trial = trials[proposal]!;
    if (!isOpen(trial) || proposal - first <= lag) continue;
    // In a later rung, one that is not promoted yet could still come in below.
    if (rung > 0 && !isComplete) return;
    const scores = rungScores(trial, rung);
    if (scores.length === 0 || scores.length === foldRuns) continue;
    const rival = finished[places - 1];
    if (
      rival !== undefined &&
      isBeaten(scores, rungScores(trials[rival.proposal]!, rung) as number[], sign)
    ) {
      decisions.pruned.push({
        proposal,
        reason: `After ${scores.length} of ${foldRuns} folds it was behind the worst fold of ${places === 1 ? 'the best trial' : `the best ${places} trials`} before it.`,
      });
    } else {
      grant(decisions, trial, { proposal, rung, from: scores.length, to: scores.length + 1, untilEpoch });
    }
  }
}

function insert(
  finished: { proposal: number; value: number }[],
  item: { proposal: number; value: number },
): void {
  const place = finished.findIndex(({ value }) => value < item.value);
  finished.splice(place === -1 ? finished.length : place, 0, item);
}
