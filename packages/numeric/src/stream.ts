import { type Seed, seedWords } from './derive-seed.ts';
import { philox4x32 } from './philox.ts';

/** What a stream's draws are for. The numbers are part of every result: never change or reuse one. */
export const purposes = {
  initialWeights: 1,
  shuffling: 2,
  dropout: 3,
  noise: 4,
  innerSplit: 5,
  folds: 6,
  testSplit: 7,
  spiral: 8,
  sampling: 9,
  bootstrap: 10,
  augmentation: 11,
  trainingShare: 12,
} as const;
export type Purpose = keyof typeof purposes;

/** A stream of 32-bit words in which word `i` is found without drawing those before it. */
export interface Stream {
  /** The unsigned 32-bit word at an index from 0 to 2^53 − 1. */
  word(index: number): number;
}

const TWO_32 = 4294967296;

/**
 * The words of Philox4x32-10 under the seed as key. Word `i` is lane `i mod 4` of the block with counter
 * `(⌊i/4⌋ low, ⌊i/4⌋ high, purpose, sub)`; `sub` numbers the streams of one purpose, such as an epoch's.
 */
export function createStream(seed: Seed, purpose: Purpose, sub = 0): Stream {
  const [high, low] = seedWords(seed);
  const purposeNumber = purposes[purpose];
  const block = new Uint32Array(4);
  let blockIndex = -1;
  return {
    word(index) {
      const wanted = Math.floor(index / 4);
      if (wanted !== blockIndex) {
        philox4x32(wanted >>> 0, Math.floor(wanted / TWO_32), purposeNumber, sub, low, high, block);
        blockIndex = wanted;
      }
      return block[index - wanted * 4]!;
    },
  };
}
