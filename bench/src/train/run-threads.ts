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

/** Epochs a second of all threads together, while all of them train. */
async function train(threads: readonly Worker[], seconds: number): Promise<number> {
  const rates = await Promise.all(
    threads.map(async (thread) => {
      thread.postMessage({ milliseconds: 1000 * seconds });
      const [rate] = await once(thread, 'message');
      return rate as number;
    }),
  );
  return rates.reduce((sum, rate) => sum + rate, 0);
}

/** What threads of one process gain over one: rounds of each alone and all at once, in turn. */
export async function runThreads(
  load: LoadName,
  engine: string,
  { threads, rounds, seconds }: { threads: number; rounds: number; seconds: number },
): Promise<ThreadsFigures> {
  const all = Array.from({ length: threads }, () => new Worker(program, { workerData: { load, engine } }));
  try {
    // The kernels are compiled while they first run.
    await train(all, 1);
    const speedups: number[] = [];
    for (let round = 0; round < rounds; round++) {
      // Each alone, since the cores that they are on need not be as fast as each other.
      let alone = 0;
      for (const thread of all) alone += await train([thread], seconds);
      speedups.push((threads * (await train(all, seconds))) / alone);
    }
    speedups.sort((a, b) => a - b);
    const median = speedups[Math.floor(speedups.length / 2)]!;
    return { load, engine, threads, speedup: { median, min: speedups[0]!, max: speedups.at(-1)! } };
  } finally {
    await Promise.all(all.map((thread) => thread.terminate()));
  }
}
