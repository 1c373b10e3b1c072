/**
 * The order of an epoch's rows: Fisher–Yates over the words of a Philox stream, as in packages/numeric
 * (shuffle.ts, bounded-integer.ts, stream.ts, philox.ts), where the sources are named.
 */
import { EPOCHS, ORDER, ORDER_KEY_HIGH, ORDER_KEY_LOW, PLAN, ROWS } from './plan.ts';

/** The purpose of the stream, see `purposes` in packages/numeric/src/stream.ts. */
const SHUFFLING: u32 = 2;

/** The four words of the block that was drawn last. */
let word0: u32 = 0;
let word1: u32 = 0;
let word2: u32 = 0;
let word3: u32 = 0;

function drawBlock(index: u32, epoch: u32): void {
  let c0: u32 = index;
  let c1: u32 = 0;
  let c2: u32 = SHUFFLING;
  let c3: u32 = epoch;
  let k0 = load<u32>(PLAN, ORDER_KEY_LOW);
  let k1 = load<u32>(PLAN, ORDER_KEY_HIGH);
  for (let round = 0; round < 10; round++) {
    const product0 = <u64>0xd2511f53 * <u64>c0;
    const product1 = <u64>0xcd9e8d57 * <u64>c2;
    c0 = <u32>(product1 >> 32) ^ c1 ^ k0;
    c1 = <u32>product1;
    c2 = <u32>(product0 >> 32) ^ c3 ^ k1;
    c3 = <u32>product0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  word0 = c0;
  word1 = c1;
  word2 = c2;
  word3 = c3;
}

/** Writes the rows 0 … rows − 1 into ORDER, as they stand. */
export function orderRows(): void {
  const order = load<usize>(PLAN, ORDER);
  const rows = load<i32>(PLAN, ROWS);
  for (let row = 0; row < rows; row++) store<i32>(order + ((<usize>row) << 2), row);
}

/** Writes the rows into ORDER, shuffled by the stream of the epoch to come. */
export function shuffleRows(): void {
  orderRows();
  const order = load<usize>(PLAN, ORDER);
  const epoch = load<u32>(PLAN, EPOCHS) + 1;
  let next: u32 = 0;
  for (let last = load<u32>(PLAN, ROWS) - 1; last > 0; last--) {
    const bound = last + 1;
    // 2^32 mod bound, in 32 bits.
    const threshold = (<u32>0 - bound) % bound;
    let product: u64 = 0;
    do {
      const lane = next & 3;
      if (lane === 0) drawBlock(next >> 2, epoch);
      const word = lane === 0 ? word0 : lane === 1 ? word1 : lane === 2 ? word2 : word3;
      next++;
      product = <u64>word * <u64>bound;
    } while (<u32>product < threshold);
    const here = order + ((<usize>last) << 2);
    const there = order + ((<usize>(product >> 32)) << 2);
    const held = load<i32>(here);
    store<i32>(here, load<i32>(there));
    store<i32>(there, held);
  }
}
