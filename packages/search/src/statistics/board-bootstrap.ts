import type { Direction } from '@holdfast/contracts/metrics';
import type { FoldMeasure, ResampledScore } from './fold-measure.ts';
import { rankIntervals } from './rank-intervals.ts';
import { createResampledScore } from './resampled-score.ts';
import { outOfBag, type Resamples } from './resamples.ts';
import type { ResamplingUnits } from './resampling-units.ts';

/** A trial that takes part. */
export interface Contestant {
  /** Names it: within the search, and among those of parents. */
  key: string;
  /** As on the board. */
  score: number;
  /** `ranked`: completed, of this search. `pruned`: of this search. `earlier`: of a search that this one goes on from. */
  standing: 'ranked' | 'pruned' | 'earlier';
}

export interface BoardUncertainty {
  /** Of the ranked ones by key. */
  rankInterval: Map<string, [number, number]>;
  /** Of this search's trials by key, ranked and pruned; they add up to 1. */
  probabilityBest: Map<string, number>;
  /** What the best score of all is worth without the luck of being the best; `null` where no row was ever out of a bag. */
  corrected: number | null;
}

interface Member {
  folds: FoldMeasure[];
  whole: ResampledScore;
  /** The whole by the resampled score, which is not the board's for metrics that are no means over rows. */
  point: number;
  inBag: Float64Array;
}

/**
 * How sure a board is, by one bootstrap over rows (or groups, or blocks) of the stored out-of-fold predictions. Nothing
 * is trained again, and what was worked out for a trial is kept: a board that grows costs its new trials.
 *
 * A resampled score is the board's plus what the resample changes. A trial with some of the folds only is compared on
 * those folds with the best completed one: it scores what that one does, plus the difference there.
 */
export class BoardBootstrap {
  readonly units: ResamplingUnits;
  readonly #resamples: Resamples;
  readonly #sign: 1 | -1;
  readonly #members = new Map<string, Member>();
  readonly #restricted = new Map<string, { score: ResampledScore; inBag: Float64Array }>();

  constructor(input: { units: ResamplingUnits; direction: Direction; resamples: Resamples }) {
    this.units = input.units;
    this.#sign = input.direction === 'maximize' ? 1 : -1;
    this.#resamples = input.resamples;
  }

  get resamples(): number {
    return this.#resamples.counts.length;
  }

  /** Memory that it takes, about. */
  get bytes(): number {
    const each =
      (this.resamples + this.units.ofRow.length + this.units.count) * Float64Array.BYTES_PER_ELEMENT;
    return this.#members.size * each + this.resamples * this.units.count * Uint16Array.BYTES_PER_ELEMENT;
  }

  has(key: string): boolean {
    return this.#members.has(key);
  }

  /** @param measured of one metric, all folds that the trial has, in any order */
  add(key: string, measured: readonly FoldMeasure[]): void {
    const folds = measured.toSorted((a, b) => a.repeat - b.repeat || a.fold - b.fold);
    const whole = createResampledScore(folds, this.units);
    const once = new Uint16Array(this.units.count).fill(1);
    const inBag = Float64Array.from(this.#resamples.counts, whole);
    this.#members.set(key, { folds, whole, point: whole(once), inBag });
  }

  /** Forgets all but these. */
  keep(keys: ReadonlySet<string>): void {
    for (const key of this.#members.keys()) if (!keys.has(key)) this.#members.delete(key);
    for (const name of this.#restricted.keys()) {
      if (!keys.has(name.slice(0, name.indexOf('\n')))) this.#restricted.delete(name);
    }
  }

  /**
   * `rankInterval`: see `rankIntervals`. `probabilityBest`: the share of resamples in which a trial is first; first places
   * that k trials share count 1/k. `corrected`: Tsamardinos, Greasidou and Borboudakis, "Bootstrapping the out-of-sample
   * predictions for efficient and accurate cross-validation", Machine Learning 107 (2018), algorithm 2 (BBC-CV): over the
   * resamples, the mean score out of the bag of whichever trial was best in it. It is told as rank 1's score less the mean
   * of what rank 1 is better there by: in expectation the same, since any one trial's mean score out of the bag is its
   * score, and without the noise that it has over finitely many resamples.
   *
   * Yields now and then, so that whoever runs it can do something else in between.
   * @param contestants all of them added before; ties for the best go to the first
   * @returns `null` where none is ranked
   */
  *summarise(contestants: readonly Contestant[]): Generator<void, BoardUncertainty | null> {
    const ranked = contestants.filter(({ standing }) => standing === 'ranked');
    const reference = ranked.reduce<Contestant | null>(
      (best, other) => (best && this.#sign * best.score >= this.#sign * other.score ? best : other),
      null,
    );
    if (reference === null) return null;
    const resampled: Float32Array[] = [];
    for (const contestant of contestants) {
      resampled.push(this.#inBag(contestant, reference));
      yield;
    }
    const own = contestants.flatMap(({ standing }, place) => (standing === 'earlier' ? [] : [place]));
    const firsts = countFirsts(own.map((place) => resampled[place]!));
    const intervals = yield* rankIntervals(
      ranked.map(({ score }) => this.#sign * score),
      contestants.flatMap(({ standing }, place) => (standing === 'ranked' ? [resampled[place]!] : [])),
    );
    return {
      rankInterval: new Map(ranked.map(({ key }, place) => [key, intervals[place]!])),
      probabilityBest: new Map(own.map((place, index) => [contestants[place]!.key, firsts[index]!])),
      corrected: yield* this.#correct(contestants, resampled, reference),
    };
  }

  /** Larger is better. In float32: what rounding alone tells apart shall tie. */
  #inBag(contestant: Contestant, reference: Contestant): Float32Array {
    const member = this.#member(contestant.key);
    const base = this.#member(reference.key);
    if (member.folds.length >= base.folds.length) {
      return Float32Array.from(member.inBag, (score) => this.#sign * this.#shown(contestant, member, score));
    }
    const restricted = this.#restrict(reference.key, member.folds);
    return Float32Array.from(member.inBag, (score, resample) => {
      const whole = this.#shown(reference, base, base.inBag[resample]!);
      return this.#sign * (whole + score - restricted.inBag[resample]!);
    });
  }

  #scoreOutOfBag(contestant: Contestant, reference: Contestant, weights: Uint16Array): number {
    const member = this.#member(contestant.key);
    const base = this.#member(reference.key);
    const score = member.whole(weights);
    if (member.folds.length >= base.folds.length) return this.#shown(contestant, member, score);
    const restricted = this.#restrict(reference.key, member.folds);
    return this.#shown(reference, base, base.whole(weights)) + score - restricted.score(weights);
  }

  *#correct(
    contestants: readonly Contestant[],
    resampled: readonly Float32Array[],
    reference: Contestant,
  ): Generator<void, number | null> {
    let luck = 0;
    let defined = 0;
    for (const [resample, counts] of this.#resamples.counts.entries()) {
      const winner = contestants[winnerOf(resampled, resample)];
      if (winner === undefined) continue;
      const rest = outOfBag(counts);
      const first = this.#scoreOutOfBag(reference, reference, rest);
      const lost = winner === reference ? 0 : first - this.#scoreOutOfBag(winner, reference, rest);
      if (!Number.isNaN(first) && !Number.isNaN(lost)) {
        luck += lost;
        defined += 1;
      }
      if (resample % 32 === 31) yield;
    }
    return defined === 0 ? null : reference.score - luck / defined;
  }

  /** A mean over rows is the board's score by itself; adding the difference to it would break ties by rounding. */
  #shown({ score }: Contestant, { folds, point }: Member, resampled: number): number {
    return folds[0]!.measure.kind === 'mean' ? resampled : score + (resampled - point);
  }

  #member(key: string): Member {
    const member = this.#members.get(key);
    if (member === undefined) throw new RangeError(`Trial ${key} was not added`);
    return member;
  }

  /** A trial on some of its folds alone. */
  #restrict(key: string, folds: FoldMeasure[]): { score: ResampledScore; inBag: Float64Array } {
    const wanted = new Set(folds.map(({ repeat, fold }) => `${repeat}.${fold}`));
    const name = `${key}\n${[...wanted].join(' ')}`;
    const known = this.#restricted.get(name);
    if (known) return known;
    const member = this.#member(key);
    const score = createResampledScore(
      member.folds.filter(({ repeat, fold }) => wanted.has(`${repeat}.${fold}`)),
      this.units,
    );
    const made = { score, inBag: Float64Array.from(this.#resamples.counts, score) };
    this.#restricted.set(name, made);
    return made;
  }
}

/** The first of the largest; −1 where none is defined. */
function winnerOf(resampled: readonly Float32Array[], resample: number): number {
  let winner = -1;
  for (let place = 0; place < resampled.length; place++) {
    const score = resampled[place]![resample]!;
    if (Number.isNaN(score)) continue;
    if (winner < 0 || score > resampled[winner]![resample]!) winner = place;
  }
  return winner;
}

/** The share of resamples in which each is first. */
function countFirsts(resampled: readonly Float32Array[]): number[] {
  const firsts = resampled.map(() => 0);
  const resamples = resampled[0]!.length;
  let counted = 0;
  for (let resample = 0; resample < resamples; resample++) {
    let best = Number.NEGATIVE_INFINITY;
    let ties = 0;
    for (const scores of resampled) {
      const score = scores[resample]!;
      if (score > best) {
        best = score;
        ties = 1;
      } else if (score === best) ties += 1;
    }
    if (ties === 0) continue;
    counted += 1;
    resampled.forEach((scores, place) => {
      if (scores[resample] === best) firsts[place]! += 1 / ties;
    });
  }
  return firsts.map((share) => (counted === 0 ? 0 : share / counted));
}
