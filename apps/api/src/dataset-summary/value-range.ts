import type { Histogram } from '@holdfast/contracts/dataset-summary';

const mostBins = 20;
const mostDistinct = 1000;

/** Range, mean and spread of values that come one after another. NaN is missing. */
export class ValueRange {
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #mean = 0;
  #squares = 0;
  #present = 0;
  readonly #seen = new Set<number>();

  /** Mean by Welford's update, so that large offsets cost no digits. */
  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.#present++;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    const off = value - this.#mean;
    this.#mean += off / this.#present;
    this.#squares += off * (value - this.#mean);
    if (this.#seen.size < mostDistinct) this.#seen.add(value);
  }

  /** Bins of equal width between the smallest and the largest. */
  get bins(): number {
    return this.#min >= this.#max ? 1 : Math.min(mostBins, Math.max(2, this.#seen.size));
  }

  binOf(value: number): number {
    const width = this.#max - this.#min;
    const share = width > 0 ? (value - this.#min) / width : 0;
    return Math.min(this.bins - 1, Math.floor(share * this.bins));
  }

  describe(): Omit<Histogram, 'counts'> {
    // Of a column that no training row has a value in.
    if (this.#present === 0) return { min: 0, max: 0, mean: 0, std: null, distinct: 0 };
    return {
      min: this.#min,
      max: this.#max,
      mean: this.#mean,
      std: this.#present > 1 ? Math.sqrt(this.#squares / (this.#present - 1)) : null,
      distinct: this.#seen.size,
    };
  }
}
