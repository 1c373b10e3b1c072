/** A thread that trains a load over and over: it answers each `{ milliseconds }` with the epochs a second of so long. */
import { parentPort, workerData } from 'node:worker_threads';
import type { LoadName } from './load.ts';
import { setupOf } from './load.ts';
import { engines } from './measure-epoch.ts';

const { load, engine } = workerData as { load: LoadName; engine: string };
const training = engines.get(engine)!.createTraining(setupOf(load));

parentPort!.on('message', ({ milliseconds }: { milliseconds: number }) => {
  const start = performance.now();
  let epochs = 0;
  let passed = 0;
  while (passed < milliseconds) {
    const { status } = training.trainEpochs(1);
    if (status !== 'completed') throw new Error(`The training of load ${load} ${status}`);
    epochs++;
    passed = performance.now() - start;
  }
  parentPort!.postMessage((1000 * epochs) / passed);
});
