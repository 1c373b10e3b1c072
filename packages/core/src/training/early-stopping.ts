import { type Direction, directionOf, type Metric } from '@holdfast/contracts/metrics';
import type { EarlyStopping } from '@holdfast/contracts/search-spec';
import type { Seed } from '@holdfast/numeric/derive-seed';
import { createStream } from '@holdfast/numeric/stream';
import { chooseFraction } from '../splits/choose-fraction.ts';
import { stratificationLabels } from '../splits/stratification-labels.ts';
import type { TrainingSet } from '../training-set.ts';

/**
 * Divides a fold's training rows: gradients are taken from `fitting`, and `monitor` decides when to stop.
 * Drawn from the fold's seed, stratified where there are classes.
 */
export function innerSplit(
  data: TrainingSet,
  trainingRows: Int32Array,
  fraction: number,
  seed: Seed,
): { fitting: Int32Array; monitor: Int32Array } {
  const all = stratificationLabels(data);
  const labels = all === null ? null : Int32Array.from(trainingRows, (row) => all[row]!);
  const chosen = chooseFraction(trainingRows.length, fraction, labels, createStream(seed, 'innerSplit'));
  return {
    fitting: trainingRows.filter((_, i) => chosen[i] === 0),
    monitor: trainingRows.filter((_, i) => chosen[i] === 1),
  };
}

/** Keeps the best epoch of the monitored figure. An undefined figure is no improvement. */
export class StoppingRule {
  bestEpoch = 0;
  private best: number | null = null;
  private readonly settings: EarlyStopping;
  private readonly direction: Direction;

  constructor(settings: EarlyStopping, metric: Metric) {
    this.settings = settings;
    this.direction = directionOf(settings.monitor === 'loss' ? 'loss' : metric);
  }

  /**
   * Takes an epoch's figure; better than the best so far by more than `minDelta` makes it the best.
   * `stop` comes once `patience` epochs in a row have not been.
   */
  observe(epoch: number, figure: number | null): { improved: boolean; stop: boolean } {
    const sign = this.direction === 'minimize' ? -1 : 1;
    const improved =
      figure !== null && (this.best === null || sign * (figure - this.best) > this.settings.minDelta);
    if (improved) {
      this.best = figure;
      this.bestEpoch = epoch;
    }
    return { improved, stop: epoch - this.bestEpoch >= this.settings.patience };
  }
}
