import { boundedInteger } from '@holdfast/numeric/bounded-integer';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { createStream } from '@holdfast/numeric/stream';

/** How often each unit was drawn, resample by resample. */
export interface Resamples {
  /** One for each resample: the number of times that each unit is in the bag. */
  readonly counts: readonly Uint16Array[];
}

/** How many resamples the board's figures are made from. */
const resampleCount = 1000;

/**
 * Draws as many units as there are, with replacement, for each resample: the bootstrap of Efron, "Bootstrap methods:
 * another look at the jackknife", Annals of Statistics 7 (1979). Resample number b is the stream `bootstrap` of the
 * search's seed with sub-number b, so every trial of a search meets the same rows.
 */
export function drawResamples(searchSeed: number, units: number, resamples = resampleCount): Resamples {
  const seed = deriveSeed(searchSeed, 'bootstrap');
  const counts = Array.from({ length: resamples }, (_, resample) => {
    const cursor = { stream: createStream(seed, 'bootstrap', resample), next: 0 };
    const drawn = new Uint16Array(units);
    for (let draw = 0; draw < units; draw++) drawn[boundedInteger(cursor, units)]! += 1;
    return drawn;
  });
  return { counts };
}
