// A thread that trains until it is ended: `workerData` has the set-up. Says when it has begun.
import { parentPort, workerData } from 'node:worker_threads';
import { loadNativeEngine } from '@holdfast/native-engine/load-native-engine';

const native = loadNativeEngine();
if (!('engine' in native)) throw new Error(native.reason);
const training = native.engine.createTraining(workerData);
training.trainEpochs(1);
parentPort?.postMessage(training.steps);
training.trainEpochs(1e9);
