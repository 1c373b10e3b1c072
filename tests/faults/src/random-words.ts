/** A reproducible source of chance (SplitMix32, after Steele, Lea and Flood 2014): the same seed, the same schedule. */
export class RandomWords {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  word(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }

  /** From `least` to below `end`. */
  between(least: number, end: number): number {
    return least + (this.word() / 2 ** 32) * (end - least);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.word() % items.length]!;
  }
}
