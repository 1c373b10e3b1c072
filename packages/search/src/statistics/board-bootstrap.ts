import type { Direction } from '@holdfast/contracts/metrics';
import type { FoldMeasure } from './fold-measure.ts';
import { rankIntervals } from './rank-intervals.ts';
import { createResampledScore } from './resampled-score.ts';
import type { Resamples } from './resamples.ts';
import type { ResamplingUnits } from './resampling-units.ts';
import { winnersLuck } from './winners-luck.ts';

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
  /** What the best ranked score is worth without the luck of being the best; never better than that. */
  corrected: number | null;
}

interface Member {
  folds: FoldMeasure[];
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
  readonly #once: Uint16Array;
  readonly #sign: 1 | -1;
  readonly #members = new Map<string, Member>();
  readonly #restricted = new Map<string, Pick<Member, 'point' | 'inBag'>>();

  constructor(input: { units: ResamplingUnits; direction: Direction; resamples: Resamples }) {
    this.units = input.units;
    this.#sign = input.direction === 'maximize' ? 1 : -1;
    this.#resamples = input.resamples;
    this.#once = new Uint16Array(this.units.count).fill(1);
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
    this.#members.set(key, { folds, ...this.#score(folds) });
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
   * that k trials share count 1/k. `corrected`: the best ranked score less `winnersLuck` over all contestants.
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
    const exact: Float64Array[] = [];
    for (const contestant of contestants) {
      exact.push(this.#resample(contestant, reference));
      yield;
    }
    // In float32: what rounding alone tells apart shall tie.
    const resampled = exact.map((scores) => Float32Array.from(scores));
    const own = contestants.flatMap(({ standing }, place) => (standing === 'earlier' ? [] : [place]));
    const firsts = countFirsts(own.map((place) => resampled[place]!));
    const intervals = yield* rankIntervals(
      ranked.map(({ score }) => this.#sign * score),
      contestants.flatMap(({ standing }, place) => (standing === 'ranked' ? [resampled[place]!] : [])),
    );
    const luck = yield* winnersLuck(
      contestants.map((contestant) => this.#point(contestant, reference)),
      exact,
    );
    return {
      rankInterval: new Map(ranked.map(({ key }, place) => [key, intervals[place]!])),
      probabilityBest: new Map(own.map((place, index) => [contestants[place]!.key, firsts[index]!])),
      corrected: luck === null ? null : reference.score - this.#sign * luck,
    };
  }

  /** By resample; larger is better. */
  #resample(contestant: Contestant, reference: Contestant): Float64Array {
    const member = this.#member(contestant.key);
    const base = this.#member(reference.key);
    if (member.folds.length >= base.folds.length) {
      return member.inBag.map((score) => this.#sign * this.#shown(contestant, member, score));
    }
    const restricted = this.#restrict(reference.key, member.folds);
    return member.inBag.map((score, resample) => {
      const whole = this.#shown(reference, base, base.inBag[resample]!);
      return this.#sign * (whole + score - restricted.inBag[resample]!);
    });
  }

  /** The same of all rows as they are. */
  #point(contestant: Contestant, reference: Contestant): number {
    const member = this.#member(contestant.key);
    const base = this.#member(reference.key);
    if (member.folds.length >= base.folds.length) {
      return this.#sign * this.#shown(contestant, member, member.point);
    }
    const restricted = this.#restrict(reference.key, member.folds);
    return this.#sign * (this.#shown(reference, base, base.point) + member.point - restricted.point);
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
  #restrict(key: string, folds: FoldMeasure[]): Pick<Member, 'point' | 'inBag'> {
    const wanted = new Set(folds.map(({ repeat, fold }) => `${repeat}.${fold}`));
    const name = `${key}\n${[...wanted].join(' ')}`;
    const known = this.#restricted.get(name);
    if (known) return known;
    const made = this.#score(
      this.#member(key).folds.filter(({ repeat, fold }) => wanted.has(`${repeat}.${fold}`)),
    );
    this.#restricted.set(name, made);
    return made;
  }

  #score(folds: FoldMeasure[]): Pick<Member, 'point' | 'inBag'> {
    const score = createResampledScore(folds, this.units);
    return { point: score(this.#once), inBag: Float64Array.from(this.#resamples.counts, score) };
  }
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
