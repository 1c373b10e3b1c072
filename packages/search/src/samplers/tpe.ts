import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Space } from '@holdfast/contracts/space';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { createStream } from '@holdfast/numeric/stream';
import { uniform } from '@holdfast/numeric/uniform';
import { type FreeSpaces, spacesOf } from '../space/dimensions.ts';
import { locateTrial } from '../space/locate-trial.ts';
import { sampleTrial } from '../space/sample.ts';
import { ParzenDensity, type Point } from './parzen.ts';
import { checkTrialNumber, type Observation, type Sampler } from './sampler.ts';
import { createSobolSampler } from './sobol.ts';

/** Points drawn from the good ones' density, of which the best is proposed (Bergstra and others take 24 too). */
const candidates = 24;
/** The good ones: a tenth of the trials, at most so many. */
const goodShare = 0.1;
const mostGood = 25;
/** The others beyond so many are thinned evenly by number, so that a proposal takes no longer as a search grows. */
const mostOthers = 400;

/**
 * Tree-structured Parzen estimator, multivariate: proposes where trials as good as the best tenth are likely and the
 * others are not, the candidate that maximises l(x) / g(x) among 24 drawn from l.
 * Sources: Bergstra, Bardenet, Bengio and Kégl, "Algorithms for hyper-parameter optimization", NIPS 2011, section 4;
 * joint densities as in Falkner, Klein and Hutter, "BOHB", ICML 2018, section 3.2, and Optuna's multivariate sampler.
 *
 * Proposal n sees the trials below n − `lag`. The first `startupTrials` are points of a Sobol sequence, as is every
 * proposal that sees none. Trials without a score count among the others, and so do those whose results it must not see:
 * it keeps away from where they are ("constant liar", Ginsbourger, Le Riche and Carraro 2010). Ties go to the lower
 * number. A candidate that has been tried is proposed only where all have. Trials of earlier searches (`prior`) that lie in the space count as if
 * they came before the first; as many as `startupTrials` of them take the place of those.
 */
export function createTpeSampler<Params extends TrialParams = Hyperparameters>(
  space: Space | FreeSpaces,
  seed: number,
  options: { trials: number; lag: number; startupTrials: number; prior?: readonly Observation<Params>[] },
): Sampler<Params> {
  const { trials, lag, startupTrials, prior = [] } = options;
  const spaces = spacesOf(space);
  const startup = createSobolSampler<Params>(space, seed, trials);
  const base = deriveSeed(seed, 'sampling', 'tpe');
  const located = new WeakMap<TrialParams, Point | null>();

  const locate = (params: TrialParams): Point | null => {
    const known = located.get(params);
    if (known !== undefined) return known;
    let found: Point | null = null;
    for (const [index, dimensions] of spaces.entries()) {
      const places = locateTrial(dimensions, params);
      if (places === null) continue;
      found = { space: index, places };
      break;
    }
    located.set(params, found);
    return found;
  };
  const keys = new WeakMap<TrialParams, string>();
  const keyOf = (params: TrialParams): string => {
    let key = keys.get(params);
    if (key === undefined) {
      key = canonicalJson(params);
      keys.set(params, key);
    }
    return key;
  };
  const pointsOf = (observations: readonly Observation<Params>[]): Point[] =>
    observations.flatMap(({ params }) => locate(params) ?? []);

  // With so much known from earlier searches there is nothing to begin with.
  const known = prior.filter(({ params }) => locate(params) !== null);
  const isWarm = known.length >= startupTrials;
  const independent = isWarm ? lag + 1 : Math.max(startupTrials, lag + 1);
  return {
    trials,
    lag,
    independent,
    propose(n, earlier = []) {
      checkTrialNumber(n, trials);
      if (n < independent && !isWarm) return startup.propose(n);
      const seen = Math.max(0, n - lag);
      if (earlier.length < n) {
        throw new RangeError(`Proposal ${n} depends on trials 0 to ${n - 1}; there are ${earlier.length}`);
      }
      const visible = [...known, ...earlier.slice(0, n)];
      const { good, others } = divide([...known, ...earlier.slice(0, seen)], earlier.slice(seen, n));
      const likely = new ParzenDensity(spaces, pointsOf(good));
      const unlikely = new ParzenDensity(spaces, pointsOf(others));
      const tried = new Set(visible.map(({ params }) => keyOf(params)));

      const stream = createStream(base, 'sampling', n);
      let next = 0;
      const draw = () => uniform(stream, next++);
      let best: { params: TrialParams; fresh: boolean; ratio: number } | null = null;
      for (let candidate = 0; candidate < candidates; candidate++) {
        const point = likely.sample(draw);
        const params = sampleTrial(spaces[point.space]!, (name, what) => {
          const { choice, unit } = point.places.get(name)!;
          const count = spaces[point.space]!.find((dimension) => dimension.name === name)!.alternatives
            .length;
          return what === 'choice' ? (choice + 0.5) / count : unit!;
        });
        // As it will be seen later: integers at the middle of what makes them.
        const place = locate(params)!;
        const ratio = likely.logDensity(place) - unlikely.logDensity(place);
        if (best?.fresh && ratio <= best.ratio) continue;
        const fresh = !tried.has(canonicalJson(params));
        if (best === null || (fresh && !best.fresh) || (fresh === best.fresh && ratio > best.ratio)) {
          best = { params, fresh, ratio };
        }
      }
      return best!.params as Params;
    },
  };
}

function divide<Params extends TrialParams>(
  seen: readonly Observation<Params>[],
  pending: readonly Observation<Params>[],
): { good: Observation<Params>[]; others: Observation<Params>[] } {
  const order = seen
    .map(({ value }, number) => ({ value, number }))
    .sort((a, b) => {
      if (a.value === null || b.value === null)
        return Number(a.value === null) - Number(b.value === null) || a.number - b.number;
      return b.value - a.value || a.number - b.number;
    });
  const count = Math.min(mostGood, Math.ceil(goodShare * seen.length));
  const isGood = new Set(order.slice(0, count).map(({ number }) => number));
  const good = seen.filter((_, number) => isGood.has(number));
  const rest = [...seen.filter((_, number) => !isGood.has(number)), ...pending];
  const others =
    rest.length <= mostOthers
      ? rest
      : Array.from({ length: mostOthers }, (_, k) => rest[Math.floor((k * rest.length) / mostOthers)]!);
  return { good, others };
}
