import { createRandomSampler } from '@holdfast/search/samplers/random';
import { createTpeSampler } from '@holdfast/search/samplers/tpe';
import { quartiles } from '../book/quartiles.ts';
import { planSpec } from './resolve-trials.ts';
import { surrogates } from './surrogates.ts';

/** Milliseconds for the next proposal of tpe after so many finished trials, a median of 21. */
export function timeSuggestions(): { trials: number; milliseconds: number }[] {
  const { spec } = planSpec({ space: surrogates[2]!.space, strategy: { kind: 'random', trials: 1 } });
  const most = 10_000;
  const random = createRandomSampler(spec.space, 0, most);
  const tpe = createTpeSampler(spec.space, 0, { trials: most + 1, lag: 8, startupTrials: 10 });
  const history = Array.from({ length: most }, (_, n) => {
    const params = random.propose(n);
    return { params, value: -surrogates[2]!.regret(params) };
  });
  return [100, 1000, most].map((trials) => {
    const times = Array.from({ length: 21 }, () => {
      const started = performance.now();
      tpe.propose(trials, history);
      return performance.now() - started;
    });
    return { trials, milliseconds: quartiles(times).median };
  });
}
