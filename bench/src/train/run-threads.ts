import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { LoadName } from './load.ts';

export interface ThreadsFigures {
  load: LoadName;
  engine: string;
  threads: number;
  /** Epochs a second of all threads over those of one alone, by the clock: one figure a round. */
  speedup: { median: number; min: number; max: number };
}

const program = fileURLToPath(new URL('./train-load.thread.js', import.meta.url));

/** Milliseconds until each of the threads has trained so many epochs. */
async function train(threads: readonly Worker[], epochs: number): Promise<number> {
  const start = performance.now();
  await Promise.all(
    threads.map((thread) => {
      thread.postMessage({ epochs });
      return once(thread, 'message');
    }),
  );
  return performance.now() - start;
}

/** What threads of one process gain over one: rounds of one alone and all at once, in turn. */
export async function runThreads(
  load: LoadName,
  engine: string,
  { threads, rounds, seconds }: { threads: number; rounds: number; seconds: number },
): Promise<ThreadsFigures> {
  const all = Array.from({ length: threads }, () => new Worker(program, { workerData: { load, engine } }));
  try {
    // The kernels are compiled while they first run.
    await train(all, 10);
    const epochs = Math.max(1, Math.round((seconds * 1000 * 10) / (await train(all.slice(0, 1), 10))));
    const speedups: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const one = await train([all[round % threads]!], epochs);
      speedups.push((threads * one) / (await train(all, epochs)));
    }
    speedups.sort((a, b) => a - b);
    const median = speedups[Math.floor(speedups.length / 2)]!;
    return { load, engine, threads, speedup: { median, min: speedups[0]!, max: speedups.at(-1)! } };
  } finally {
    await Promise.all(all.map((thread) => thread.terminate()));
  }
}
