/** A thread that trains a load over and over: it answers each `{ epochs }` when it has trained them. */
import { parentPort, workerData } from 'node:worker_threads';
import type { LoadName } from './load.ts';
import { setupOf } from './load.ts';
import { engines } from './measure-epoch.ts';

const { load, engine } = workerData as { load: LoadName; engine: string };
const training = engines.get(engine)!.createTraining(setupOf(load));

parentPort!.on('message', ({ epochs }: { epochs: number }) => {
  const { status } = training.trainEpochs(epochs);
  if (status !== 'completed') throw new Error(`The training of load ${load} ${status}`);
  parentPort!.postMessage({ epochs });
});
