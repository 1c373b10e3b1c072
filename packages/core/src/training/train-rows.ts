import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Metric } from '@holdfast/contracts/metrics';
import type { EarlyStopping } from '@holdfast/contracts/search-spec';
import type { Curves } from '@holdfast/contracts/trial';
import type { Seed } from '@holdfast/numeric/derive-seed';
import { initialParameters } from '../initializers/initial-parameters.ts';
import type { Engine, EngineTraining } from '../kernels/engine.ts';
import type { LayerDescription } from '../layers/layer-description.ts';
import { learningRateAt } from '../optimizers/optimizer-description.ts';
import { balancedWeights } from '../preprocessing/class-weights.ts';
import { addNoise } from '../preprocessing/noise.ts';
import { type FittedScaler, fitScaler } from '../preprocessing/scaler.ts';
import type { TrainingSet } from '../training-set.ts';
import { curveEpochs } from './curve-epochs.ts';
import { describeLayers, describeOptimizer } from './describe-network.ts';
import { innerSplit, StoppingRule } from './early-stopping.ts';
import { allFinite, batchRows, runEpoch } from './epochs.ts';
import { lossAndAccuracy, type PreparedRows, predictRows, prepareRows, scoreRows } from './evaluation.ts';

/** What every training takes. */
export interface TrainingInput {
  data: TrainingSet;
  params: Hyperparameters;
  earlyStopping: EarlyStopping | null;
  /** Draws initial weights, batch order, dropout masks, noise and the inner split. */
  seed: Seed;
  /** The reference engine unless given. */
  engine?: Engine;
  /** Asked every few milliseconds of work. */
  isCancelled?: () => boolean;
  /** Points of the curves, 100 unless given; see `curveEpochs`. */
  curvePoints?: number;
  /** What `earlyStopping.monitor: 'score'` watches; accuracy (mse for regression) unless given. */
  metric?: Metric;
}

/** A training that has ended; the network holds the parameters that are kept. */
export interface TrainedRows {
  network: EngineTraining;
  layers: LayerDescription[];
  scaler: FittedScaler;
  targetScaler: FittedScaler | null;
  weightCount: number;
  /** The rows that were trained on, an inner split's included. */
  training: PreparedRows;
  validation: PreparedRows | null;
  curves: Curves;
  /** `restored` is the epoch whose parameters are kept; 0 where the training diverged. */
  epochs: { trained: number; restored: number };
  steps: number;
  /** Why there is nothing to score, or `null`. */
  diverged: string | null;
}

const finiteOrNull = (value: number | null): number | null =>
  value === null || !Number.isFinite(value) ? null : value;

/**
 * Trains on the given rows. The scaler is fitted on all of them; gradients are taken from all of them too, or,
 * with early stopping, from those that the inner split leaves. `validationRows` are looked at for curves alone.
 */
export function trainRows(
  input: TrainingInput & { engine: Engine },
  trainingRows: Int32Array,
  validationRows: Int32Array | null,
): TrainedRows {
  const { data, params, earlyStopping, seed, engine, isCancelled } = input;
  const layers = describeLayers(params, data.columns, data.outputs, data.task);
  const scaler = fitScaler(params.scaler, data.features, data.columns, trainingRows);
  const targetScaler =
    data.task === 'regression' ? fitScaler('standard', data.targets, data.outputs, trainingRows) : null;
  const prepare = (rows: Int32Array): PreparedRows => prepareRows(data, rows, scaler, targetScaler);
  const training = prepare(trainingRows);
  const validation = validationRows === null ? null : prepare(validationRows);
  const inner = earlyStopping === null ? null : innerSplit(data, trainingRows, earlyStopping.fraction, seed);
  const fitting = inner === null ? training : prepare(inner.fitting);
  const monitor = inner === null ? null : prepare(inner.monitor);

  const rows = fitting.rows.length;
  const batch = batchRows(params.batchSize, rows);
  const optimizer = describeOptimizer(params, params.epochs * Math.ceil(rows / batch));
  const parameters = initialParameters(layers, params.initializer, seed);
  const weightCount = parameters.length;
  const network = engine.createTraining({
    layers,
    optimizer,
    parameters,
    rows,
    features: fitting.features,
    targets: fitting.targets,
    lossWeights: params.classWeights === 'balanced' ? balancedWeights(data, fitting.rows) : null,
    dropout: { kind: 'drawn', seed },
  });

  const metric = input.metric ?? (data.task === 'regression' ? 'mse' : 'accuracy');
  const rule = earlyStopping === null ? null : new StoppingRule(earlyStopping, metric);
  const best = rule === null ? null : new Float32Array(weightCount);
  const noisy = params.noise > 0 ? new Float32Array(fitting.features.length) : null;
  const predictAll = ({ features, rows: { length } }: PreparedRows): Float32Array =>
    predictRows(network, features, length, data.outputs, weightCount, isCancelled);
  const curves: Curves = {
    epochs: [],
    trainingLoss: [],
    validationLoss: [],
    trainingAccuracy: [],
    validationAccuracy: [],
    learningRate: [],
  };
  const addPoint = (epoch: number): void => {
    const seen = lossAndAccuracy(data, training.targets, predictAll(training));
    const unseen =
      validation === null ? null : lossAndAccuracy(data, validation.targets, predictAll(validation));
    curves.epochs.push(epoch);
    curves.trainingLoss.push(finiteOrNull(seen.loss));
    curves.trainingAccuracy.push(seen.accuracy);
    curves.validationLoss.push(finiteOrNull(unseen === null ? null : unseen.loss));
    curves.validationAccuracy.push(unseen === null ? null : unseen.accuracy);
    // The rate of the epoch's last step.
    curves.learningRate.push(learningRateAt(optimizer, network.steps - 1));
  };
  const figure = (rowsToWatch: PreparedRows): number | null => {
    const predictions = predictAll(rowsToWatch);
    if (earlyStopping!.monitor === 'loss')
      return finiteOrNull(lossAndAccuracy(data, rowsToWatch.targets, predictions).loss);
    return scoreRows(data, rowsToWatch, predictions, targetScaler).scores[metric] ?? null;
  };

  const points = new Set(curveEpochs(params.epochs, input.curvePoints));
  let epoch = 0;
  let diverged: string | null = null;
  for (let stop = false; epoch < params.epochs && !stop; ) {
    epoch++;
    if (noisy !== null) {
      addNoise(fitting.features, params.noise, seed, epoch, noisy);
      network.writeFeatures(noisy);
    }
    const finite = runEpoch(network, { rows, batch, weightCount, seed, isCancelled }, epoch);
    network.readParameters(parameters);
    if (!finite || !allFinite(parameters)) {
      diverged = `diverged at epoch ${epoch}: the loss or a parameter is no longer a finite number`;
      break;
    }
    if (rule !== null) {
      const { improved, stop: wanted } = rule.observe(epoch, figure(monitor!));
      if (improved) best!.set(parameters);
      stop = wanted;
    }
    if (points.has(epoch) || stop) addPoint(epoch);
  }

  let restored = diverged === null ? epoch : 0;
  // With no figure to go by (all undefined) the last epoch's parameters stay.
  if (diverged === null && rule !== null && rule.bestEpoch > 0) {
    network.writeParameters(best!);
    restored = rule.bestEpoch;
  }
  return {
    network,
    layers,
    scaler,
    targetScaler,
    weightCount,
    training,
    validation,
    curves,
    epochs: { trained: epoch, restored },
    steps: network.steps,
    diverged,
  };
}
