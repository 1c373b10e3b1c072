import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';
import type { Direction, MetricName } from '@holdfast/contracts/metrics';
import type { Contestant } from '@holdfast/search/statistics/board-bootstrap';
import { meanOf } from '@holdfast/search/statistics/fold-statistics';
import type { EarlierTrial } from './load-earlier-trials.ts';

/** One that takes part in the bootstrap, and where its predictions lie. */
export interface BoardContestant extends Contestant {
  search: string;
  trial: number;
}

/**
 * The trials that are resampled: those ranked, those pruned with the folds that they have, and those of earlier searches
 * where rank 1 is better than all of them, since then it was chosen from among them too. Of many, the best `most`; ranked
 * ones first among equals.
 * @returns this search's by number, then the earlier ones
 */
export function chooseContestants(
  {
    search,
    items,
    metric,
    direction,
  }: {
    search: string;
    items: readonly LeaderboardItem[];
    metric: MetricName;
    direction: Direction;
  },
  earlier: readonly EarlierTrial[],
  most: number,
): BoardContestant[] {
  const sign = direction === 'maximize' ? 1 : -1;
  const own = items.flatMap(({ trial, rank, status, score }): BoardContestant[] => {
    const standing = rank !== null ? 'ranked' : status === 'pruned' ? 'pruned' : null;
    if (standing === null || score.mean === null) return [];
    return [{ key: keyOf(search, trial), search, trial, standing, score: score.mean }];
  });
  const before = earlier.flatMap(({ search: origin, result }): BoardContestant[] => {
    const done = result.folds.filter(({ state }) => state === 'completed');
    const score = meanOf(done.map(({ validation }) => validation?.[metric] ?? null));
    if (score === null) return [];
    const key = keyOf(origin, result.trial);
    return [{ key, search: origin, trial: result.trial, standing: 'earlier', score }];
  });
  const leads = items[0]?.rank === 1 && items[0].score.mean !== null ? sign * items[0].score.mean : null;
  const isAhead = leads !== null && before.every(({ score }) => sign * score <= leads);
  const all = isAhead ? [...own, ...before] : own;
  // Stable: of equal scores, ranked ones and low numbers come first.
  const best = [...all].sort((a, b) => sign * (b.score - a.score)).slice(0, most);
  const chosen = new Set(best.map(({ key }) => key));
  const isChosen = ({ key }: BoardContestant) => chosen.has(key);
  return [
    ...own.filter(isChosen).sort((a, b) => a.trial - b.trial),
    ...all.filter((one) => one.standing === 'earlier' && isChosen(one)),
  ];
}

const keyOf = (search: string, trial: number) => `${search} ${trial}`;
