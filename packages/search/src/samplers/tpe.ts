import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Space } from '@holdfast/contracts/space';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { createStream } from '@holdfast/numeric/stream';
import { uniform } from '@holdfast/numeric/uniform';
import { areEqualFreeTrials, areEqualTrials } from '../space/are-equal-trials.ts';
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
  const areEqual = ('free' in space ? areEqualFreeTrials : areEqualTrials) as (
    a: TrialParams,
    b: TrialParams,
  ) => boolean;
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
      const { good, others } = divide(known, earlier, seen, n);
      const likely = new ParzenDensity(spaces, pointsOf(good));
      const unlikely = new ParzenDensity(spaces, pointsOf(others));
      const isTried = (params: TrialParams) =>
        known.some((one) => areEqual(one.params, params)) ||
        earlier.some((one, number) => number < n && areEqual(one.params, params));

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
        const fresh = !isTried(params);
        if (best === null || (fresh && !best.fresh) || (fresh === best.fresh && ratio > best.ratio)) {
          best = { params, fresh, ratio };
        }
      }
      return best!.params as Params;
    },
  };
}

/**
 * The best tenth of what is seen (known from earlier searches, then trials below `seen`), and the others with those
 * pending below `end`, each by number. Goes through all trials once, and copies none.
 */
function divide<Params extends TrialParams>(
  known: readonly Observation<Params>[],
  earlier: readonly Observation<Params>[],
  seen: number,
  end: number,
): { good: Observation<Params>[]; others: Observation<Params>[] } {
  const at = (place: number) => (place < known.length ? known[place]! : earlier[place - known.length]!);
  const count = Math.min(mostGood, Math.ceil(goodShare * (known.length + seen)));
  const best = bestPlaces(at, known.length + seen, count).sort((a, b) => a - b);
  const rest = known.length + end - best.length;
  const others = Array.from({ length: Math.min(rest, mostOthers) }, (_, k) => {
    let place = rest <= mostOthers ? k : Math.floor((k * rest) / mostOthers);
    for (const taken of best) if (taken <= place) place += 1;
    return at(place);
  });
  return { good: best.map(at), others };
}

/** The places of the best values, best first; of equal ones the lower place, and those without a value last. */
function bestPlaces(
  at: (place: number) => Observation<TrialParams>,
  length: number,
  count: number,
): number[] {
  const best: { place: number; value: number }[] = [];
  for (let place = 0; place < length; place++) {
    const value = at(place).value ?? Number.NEGATIVE_INFINITY;
    if (best.length === count && value <= best[count - 1]!.value) continue;
    let position = best.length;
    while (position > 0 && best[position - 1]!.value < value) position -= 1;
    best.splice(position, 0, { place, value });
    if (best.length > count) best.pop();
  }
  return best.map(({ place }) => place);
}
