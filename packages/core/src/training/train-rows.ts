import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Metric } from '@holdfast/contracts/metrics';
import type { EarlyStopping } from '@holdfast/contracts/search-spec';
import type { Curves } from '@holdfast/contracts/trial';
import type { Seed } from '@holdfast/numeric/derive-seed';
import { initialParameters } from '../initializers/initial-parameters.ts';
import type { Engine, EngineTraining, EvaluationSet } from '../kernels/engine.ts';
import type { LayerDescription } from '../layers/layer-description.ts';
import { learningRateAt } from '../optimizers/optimizer-description.ts';
import { createAugmentation } from '../preprocessing/augmentation.ts';
import { balancedWeights } from '../preprocessing/class-weights.ts';
import { countInputs } from '../preprocessing/column-encoding.ts';
import { type FeaturePipeline, fitFeaturePipeline } from '../preprocessing/feature-pipeline.ts';
import { type FittedScaler, fitScaler } from '../preprocessing/scaler.ts';
import type { TrainingSet } from '../training-set.ts';
import { TrainingCancelled } from './cancellation.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { curveEpochs } from './curve-epochs.ts';
import { describeLayers, describeOptimizer } from './describe-network.ts';
import { innerSplit, StoppingRule } from './early-stopping.ts';
import { type PreparedRows, prepareRows, scoreRows } from './evaluation.ts';

/** What every training takes. */
export interface TrainingInput {
  data: TrainingSet;
  params: Hyperparameters;
  earlyStopping: EarlyStopping | null;
  /** Draws initial weights, batch order, dropout masks, noise, augmentation and the inner split. */
  seed: Seed;
  /** The WASM engine unless given. */
  engine?: Engine;
  /** Asked every few milliseconds of work. */
  isCancelled?: () => boolean;
  /** Points of the curves, 100 unless given; see `curveEpochs`. */
  curvePoints?: number;
  /** What `earlyStopping.monitor: 'score'` watches; accuracy (mse for regression) unless given. */
  metric?: Metric;
  /** Stops after this epoch with a checkpoint; with the last one unless given. Not together with early stopping. */
  untilEpoch?: number | null;
  /** Goes on from here, with the bits of a training in one go; one that does not fit is as good as none. */
  checkpoint?: Uint8Array | null;
}

/** A training that has ended. */
export interface TrainedRows {
  layers: LayerDescription[];
  /** Those that are kept, in the order of `layerOffsets`. */
  parameters: Float32Array;
  pipeline: FeaturePipeline;
  targetScaler: FittedScaler | null;
  /** The rows that were trained on, an inner split's included. */
  training: PredictedRows;
  validation: PredictedRows | null;
  curves: Curves;
  /** `restored` is the epoch whose parameters are kept; 0 where the training diverged. */
  epochs: { trained: number; restored: number };
  steps: number;
  /** From where the training can go on, if it stopped at `untilEpoch`. */
  checkpoint: Uint8Array | null;
  /** Why there is nothing to score, or `null`. */
  diverged: string | null;
}

/** Rows with what the kept parameters predict for them: rows × outputs, standardised values for a regression. */
export interface PredictedRows extends PreparedRows {
  /** Empty where the training diverged. */
  predictions: Float32Array;
}

const finiteOrNull = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

/**
 * Trains on the given rows. Fills and scaler are fitted on all of them; gradients are taken from all of them too, or,
 * with early stopping, from those that the inner split leaves. `validationRows` are looked at for curves alone.
 */
export function trainRows(
  input: TrainingInput & { engine: Engine },
  trainingRows: Int32Array,
  validationRows: Int32Array | null,
): TrainedRows {
  const { data, params, earlyStopping, seed, engine, isCancelled } = input;
  const end = input.untilEpoch ?? params.epochs;
  if (earlyStopping !== null && (input.untilEpoch != null || input.checkpoint != null)) {
    throw new RangeError('A training with early stopping is done in one go');
  }
  const layers = describeLayers(params, countInputs(data.columns, data.encodings), data.outputs, data.task);
  // A model that is to be kept will meet rows that miss what no training row did.
  const fills = validationRows === null ? 'all' : 'missing';
  const pipeline = fitFeaturePipeline(params.scaler, data, trainingRows, fills);
  const targetScaler =
    data.task === 'regression' ? fitScaler('standard', data.targets, data.outputs, trainingRows) : null;
  const prepare = (rows: Int32Array): PreparedRows => prepareRows(data, rows, pipeline, targetScaler);
  const training = prepare(trainingRows);
  const validation = validationRows === null ? null : prepare(validationRows);
  const inner = earlyStopping === null ? null : innerSplit(data, trainingRows, earlyStopping.fraction, seed);
  const fitting = inner === null ? training : prepare(inner.fitting);
  const monitor = inner === null ? null : prepare(inner.monitor);

  const rows = fitting.rows.length;
  const batch = params.batchSize === 'full' ? rows : Math.min(params.batchSize, rows);
  const optimizer = describeOptimizer(params, params.epochs * Math.ceil(rows / batch));
  const parameters = initialParameters(layers, params.initializer, seed);
  const network = engine.createTraining({
    layers,
    optimizer,
    parameters,
    rows,
    features: fitting.features,
    targets: fitting.targets,
    lossWeights: params.classWeights === 'balanced' ? balancedWeights(data, fitting.rows) : null,
    batch,
    seed,
    dropout: { kind: 'drawn', seed },
    isCancelled,
  });
  try {
    const hold = ({ features, targets }: PreparedRows): EvaluationSet =>
      network.createEvaluationSet(features, targets);
    const augment = createAugmentation(params, {
      pipeline,
      features: data.features,
      rows: fitting.rows,
      scaled: fitting.features,
      seed,
    });
    // Rows that the engine holds already, and that nothing changes, are not held twice.
    const trainingSet = inner === null && augment === null ? network.trainingRows : hold(training);
    const validationSet = validation === null ? null : hold(validation);
    const monitorSet = monitor === null ? null : hold(monitor);
    const predictRows = (prepared: PreparedRows, set: EvaluationSet): Float32Array => {
      const predictions = new Float32Array(prepared.rows.length * data.outputs);
      network.predict(set, predictions);
      return predictions;
    };

    const metric = input.metric ?? (data.task === 'regression' ? 'mse' : 'accuracy');
    const rule = earlyStopping === null ? null : new StoppingRule(earlyStopping, metric);
    const best = rule === null ? null : new Float32Array(parameters.length);
    const augmented = augment === null ? null : new Float32Array(fitting.features.length);
    let curves: Curves = {
      epochs: [],
      trainingLoss: [],
      validationLoss: [],
      trainingAccuracy: [],
      validationAccuracy: [],
      learningRate: [],
    };
    const addPoint = (epoch: number): void => {
      const seen = network.evaluate(trainingSet);
      const unseen = validationSet === null ? null : network.evaluate(validationSet);
      curves.epochs.push(epoch);
      curves.trainingLoss.push(finiteOrNull(seen.loss));
      curves.trainingAccuracy.push(finiteOrNull(seen.accuracy));
      curves.validationLoss.push(finiteOrNull(unseen?.loss));
      curves.validationAccuracy.push(finiteOrNull(unseen?.accuracy));
      // The rate of the epoch's last step.
      curves.learningRate.push(learningRateAt(optimizer, network.steps - 1));
    };
    const figure = (): number | null => {
      if (earlyStopping!.monitor === 'loss') return finiteOrNull(network.evaluate(monitorSet!).loss);
      const predictions = predictRows(monitor!, monitorSet!);
      return scoreRows(data, monitor!, predictions, targetScaler).scores[metric] ?? null;
    };

    const points = curveEpochs(params.epochs, input.curvePoints);
    let epoch = 0;
    const saved = input.checkpoint == null ? null : restore(network, input.checkpoint, end);
    if (saved !== null) {
      epoch = network.epochs;
      curves = saved;
    }
    let nextPoint = curves.epochs.length;
    let diverged: string | null = null;
    for (let stop = false; epoch < end && !stop; ) {
      if (augment !== null) {
        augment(epoch + 1, augmented!);
        network.writeFeatures(augmented!);
      }
      // As many epochs in one go as nobody wants to look between.
      const target = rule === null && augment === null ? Math.min(points[nextPoint]!, end) : epoch + 1;
      const { status, epochs } = network.trainEpochs(target - epoch);
      if (status === 'cancelled') throw new TrainingCancelled();
      epoch += epochs;
      if (status === 'diverged') {
        diverged = `diverged at epoch ${epoch}: the loss or a parameter is no longer a finite number`;
        break;
      }
      if (rule !== null) {
        const { improved, stop: wanted } = rule.observe(epoch, figure());
        if (improved) network.readParameters(best!);
        stop = wanted;
      }
      if (epoch === points[nextPoint] || stop) addPoint(epoch);
      if (epoch === points[nextPoint]) nextPoint++;
    }

    let restored = diverged === null ? epoch : 0;
    // With no figure to go by (all undefined) the last epoch's parameters stay.
    if (diverged === null && rule !== null && rule.bestEpoch > 0) {
      network.writeParameters(best!);
      restored = rule.bestEpoch;
    }
    network.readParameters(parameters);
    const predicted = (prepared: PreparedRows, set: EvaluationSet): PredictedRows => ({
      ...prepared,
      predictions: diverged === null ? predictRows(prepared, set) : new Float32Array(0),
    });
    return {
      layers,
      parameters,
      pipeline,
      targetScaler,
      training: predicted(training, trainingSet),
      validation: validation === null ? null : predicted(validation, validationSet!),
      curves,
      epochs: { trained: epoch, restored },
      steps: network.steps,
      checkpoint:
        diverged === null && epoch < params.epochs && input.untilEpoch != null
          ? encodeCheckpoint({ curves, state: network.saveState() })
          : null,
      diverged,
    };
  } finally {
    network.close();
  }
}

/** Puts a training where a checkpoint says; `null`, and back at its beginning, where that does not fit. */
function restore(network: EngineTraining, bytes: Uint8Array, end: number): Curves | null {
  const beginning = network.saveState();
  try {
    const { curves, state } = decodeCheckpoint(bytes);
    network.restoreState(state);
    if (network.epochs <= end) return curves;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  network.restoreState(beginning);
  return null;
}
