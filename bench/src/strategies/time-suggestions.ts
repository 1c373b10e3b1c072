import { createRandomSampler } from '@holdfast/search/samplers/random';
import { createTpeSampler } from '@holdfast/search/samplers/tpe';
import { quartiles } from '../book/quartiles.ts';
import { planSpec } from './resolve-trials.ts';
import { surrogates } from './surrogates.ts';

export interface SuggestionTime {
  trials: number;
  /** Of the processor, in milliseconds: what else the machine does is left out. Of a sampler's first one, and a median of 21 more. */
  first: number;
  median: number;
}

/** What the next proposal of tpe takes after so many finished trials. */
export function timeSuggestions(): SuggestionTime[] {
  const { spec } = planSpec({ space: surrogates[2]!.space, strategy: { kind: 'random', trials: 1 } });
  const most = 10_000;
  const random = createRandomSampler(spec.space, 0, most);
  const history = Array.from({ length: most }, (_, n) => {
    const params = random.propose(n);
    return { params, value: -surrogates[2]!.regret(params) };
  });
  return [100, 1000, most].map((trials) => {
    const tpe = createTpeSampler(spec.space, 0, { trials: most + 1, lag: 8, startupTrials: 10 });
    const times = Array.from({ length: 22 }, () => {
      const before = process.cpuUsage();
      tpe.propose(trials, history);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    return { trials, first: times[0]!, median: quartiles(times.slice(1)).median };
  });
}
