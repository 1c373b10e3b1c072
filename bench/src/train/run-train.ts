import { fileURLToPath } from 'node:url';
import { lastLine } from '../run-process.ts';
import { flopsOf, type LoadName } from './load.ts';

export interface TrainFigures {
  load: LoadName;
  engine: string;
  microsecondsPerEpoch: { median: number; min: number; max: number };
  /** Of the load's matrix products, at the median. */
  gflops: number;
}

const program = fileURLToPath(new URL('./measure-epoch.process.js', import.meta.url));

/** Microseconds of an epoch by one process that starts, measures and ends. */
export async function measureOnce(
  load: LoadName,
  engine: string,
  seconds: number,
  core: number | null,
): Promise<number> {
  return Number(await lastLine(process.execPath, [program, load, engine, String(seconds)], core));
}

/** Several processes one after the other, since one may meet a slow stretch of the machine; the median of their medians. */
export async function runTrain(
  load: LoadName,
  engine: string,
  options: { processes: number; seconds: number },
): Promise<TrainFigures> {
  const times: number[] = [];
  for (let i = 0; i < options.processes; i++)
    times.push(await measureOnce(load, engine, options.seconds, null));
  return figuresOf(load, engine, times);
}

export function figuresOf(load: LoadName, engine: string, times: readonly number[]): TrainFigures {
  const sorted = times.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)]!;
  return {
    load,
    engine,
    microsecondsPerEpoch: { median, min: sorted[0]!, max: sorted.at(-1)! },
    gflops: flopsOf(load) / median / 1000,
  };
}
