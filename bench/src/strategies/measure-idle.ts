import type { SearchSpecInput } from '@holdfast/contracts/search-spec';
import { simulateSearch } from '@holdfast/search/schedulers/simulate-search';
import { planSpec } from './resolve-trials.ts';

const space = {
  hiddenLayers: [[8]],
  learningRate: { min: 0.001, max: 0.1, scale: 'log' as const },
  epochs: 81,
};

/** How long workers wait for decisions: what repeatable promotion costs. A fold run takes 0.5 to 1.5 of its epochs. */
export function measureIdle(): { strategy: string; shares: number[] }[] {
  const contenders: [string, SearchSpecInput['strategy'], boolean][] = [
    ['random, 100 trials', { kind: 'random', trials: 100 }, false],
    ['random, 100 trials, race', { kind: 'random', trials: 100 }, true],
    ['tpe, 100 trials, lag 8', { kind: 'tpe', trials: 100 }, false],
    ['halving, 81 trials', { kind: 'halving' }, false],
    ['hyperband, 143 trials', { kind: 'hyperband' }, false],
  ];
  return contenders.map(([strategy, sent, raced]) => ({
    strategy,
    shares: [2, 8, 32].map((workers) => {
      const { plan } = planSpec({
        space,
        strategy: sent,
        ...(raced && { race: { kind: 'forgiving' as const } }),
        crossValidation: { kind: 'stratified', folds: 5 },
      });
      let call = 0;
      const { seconds, idleSeconds } = simulateSearch(
        plan,
        ({ proposal, foldRun, epochs }) => ((proposal * 7919) % 1009) / 1009 + foldRun / 100 - 1 / epochs,
        { workers, seconds: (epochs) => epochs * (0.5 + ((call++ * 31) % 101) / 101) },
      );
      return idleSeconds / (seconds * workers);
    }),
  }));
}
