import { BoardBootstrap } from '@holdfast/search/statistics/board-bootstrap';
import { foldStatistics } from '@holdfast/search/statistics/fold-statistics';
import { drawResamples } from '@holdfast/search/statistics/resamples';
import { makeWorld, type WorldKind, worldKinds } from './made-worlds.ts';

export interface BoardFigures {
  world: string;
  trials: number;
  rows: number;
  /** Of all intervals, those that hold the trial's true rank; and of those of rank 1. */
  covered: number;
  coveredBest: number;
  /** Of the searches, those in which a truly best trial is among the tied. */
  bestAmongTied: number;
  /** Places in an interval, on average. */
  width: number;
  /** Mean of rank 1's score − its truth: as observed, with its standard error, and corrected. */
  observedBias: number;
  observedError: number;
  correctedBias: number;
}

/** The truth is that of so many times as many searches: without a bootstrap they cost little. */
const cheapSearches = 10;

/** Boards of made searches whose truth is known. */
export function measureBoards(searches: number): BoardFigures[] {
  return worldKinds.map((kind) => {
    process.stderr.write(`${kind.name}\n`);
    return measureKind(kind, searches);
  });
}

function measureKind(kind: WorldKind, searches: number): BoardFigures {
  let covered = 0;
  let coveredBest = 0;
  let bestAmongTied = 0;
  let places = 0;
  let luck = 0;
  for (let seed = 0; seed < searches; seed++) {
    const { truths, units, trials } = makeWorld(kind, seed);
    const bootstrap = new BoardBootstrap({
      units,
      direction: 'maximize',
      resamples: drawResamples(seed, units.count),
    });
    for (const { key, folds } of trials) bootstrap.add(key, folds);
    const uncertainty = finish(bootstrap.summarise(trials));
    if (uncertainty?.corrected == null) throw new Error('All trials are ranked');

    const trueRank = truths.map((truth) => 1 + truths.filter((other) => other > truth).length);
    const intervals = trials.map(({ key }) => uncertainty.rankInterval.get(key)!);
    const holds = intervals.map(([low, high], trial) => low <= trueRank[trial]! && trueRank[trial]! <= high);
    const best = trials.reduce((a, { score }, trial) => (score > trials[a]!.score ? trial : a), 0);
    covered += holds.filter(Boolean).length / kind.trials;
    if (holds[best]) coveredBest += 1;
    if (trueRank.some((rank, trial) => rank === 1 && intervals[trial]![0] === 1)) bestAmongTied += 1;
    places += intervals.reduce((sum, [low, high]) => sum + high - low + 1, 0) / kind.trials;
    luck += trials[best]!.score - uncertainty.corrected;
  }
  const observed = Array.from({ length: searches * cheapSearches }, (_, seed) => {
    const { truths, trials } = makeWorld(kind, seed);
    const best = trials.reduce((a, { score }, trial) => (score > trials[a]!.score ? trial : a), 0);
    return trials[best]!.score - truths[best]!;
  });
  const { mean, standardError } = foldStatistics(observed);
  return {
    world: kind.name,
    trials: kind.trials,
    rows: kind.rows,
    covered: covered / searches,
    coveredBest: coveredBest / searches,
    bestAmongTied: bestAmongTied / searches,
    width: places / searches,
    observedBias: mean!,
    observedError: standardError!,
    // Searches have their own luck in common with it: what is taken off is compared, not what is left.
    correctedBias: mean! - luck / searches,
  };
}

function finish<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
