import { type Seed, seedWords } from '@holdfast/numeric/derive-seed';
import { philox4x32 } from '@holdfast/numeric/philox';
import { purposes } from '@holdfast/numeric/stream';

/**
 * Where masks come from: drawn from a seed, or given as `mask(step, layer)` = rows × units of 0 (dropped) and
 * 1 (kept), step and layer from 0, layers counted in the whole network.
 */
export type DropoutSource =
  | { kind: 'drawn'; seed: Seed }
  | { kind: 'given'; mask: (step: number, layer: number) => Uint8Array };

/** The one interface through which the engine asks for masks. */
export interface DropoutMasks {
  /** Writes 0 or 1 for each unit of a layer, for the row at position `row` of the step's batch. */
  fill(step: number, layer: number, row: number, units: number, rate: number, mask: Uint8Array): void;
}

const DRAWS = 65536;
/** A signed draw of 16 bits below it drops its unit; 32768 drops all. */
export function dropoutThreshold(rate: number): number {
  return Math.round(rate * DRAWS) - DRAWS / 2;
}

/** The factor of kept units, `1 / (1 − rate)` as float32; `null` at rate 0, where sums are not multiplied. */
export function dropoutScale(rate: number): number | null {
  return rate === 0 ? null : Math.fround(1 / (1 - rate));
}

const REPLACES_ZERO = 0x9e3779b9 | 0;

/**
 * The drawn mask: the four words of one Philox block (counter: row, step, purpose, layer) start four 32-bit
 * xorshift generators (Marsaglia 2003: 13, 17, 5; a 0 is replaced, since it never leaves 0). Each round of the
 * four gives eight 16-bit draws, low half first, for the next eight units. A draw is a signed number, and a unit is dropped
 * where it is below `round(rate · 65536) − 32768`: registers compare signed numbers in one instruction. Rates are held in
 * steps of 1/65536.
 */
function drawnMasks(seed: Seed): DropoutMasks {
  const [high, low] = seedWords(seed);
  const block = new Uint32Array(4);
  return {
    fill(step, layer, row, units, rate, mask) {
      const threshold = dropoutThreshold(rate);
      philox4x32(row, step, purposes.dropout, layer, low, high, block);
      for (let lane = 0; lane < 4; lane++) {
        let x = block[lane]! | 0;
        if (x === 0) x = REPLACES_ZERO;
        for (let unit = 2 * lane; unit < units; unit += 8) {
          x ^= x << 13;
          x ^= x >>> 17;
          x ^= x << 5;
          mask[unit] = Number((x << 16) >> 16 >= threshold);
          if (unit + 1 < units) mask[unit + 1] = Number(x >> 16 >= threshold);
        }
      }
    },
  };
}

function givenMasks(maskOf: (step: number, layer: number) => Uint8Array): DropoutMasks {
  return {
    fill(step, layer, row, units, _rate, mask) {
      const given = maskOf(step, layer);
      for (let unit = 0; unit < units; unit++) mask[unit] = given[row * units + unit]!;
    },
  };
}

export function createDropoutMasks(source: DropoutSource): DropoutMasks {
  return source.kind === 'drawn' ? drawnMasks(source.seed) : givenMasks(source.mask);
}
