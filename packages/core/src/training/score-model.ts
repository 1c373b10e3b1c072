import type { Scores } from '@holdfast/contracts/metrics';
import type { Engine } from '../kernels/engine.ts';
import { wasmEngine } from '../kernels/wasm.ts';
import { confusionMatrix } from '../metrics/confusion-matrix.ts';
import { type LabelledRows, targetsPerRow } from '../training-set.ts';
import { prepareRows, scoreRows, selectRows } from './evaluation.ts';
import type { TrainedModel } from './trained-model.ts';

export interface ModelScore {
  /** All metrics of the task. */
  scores: Scores;
  /** Why a score is `null`, or `null`. */
  reason: string | null;
  /** Counts by truth (rows) and prediction (columns); classification alone. */
  confusion: number[][] | null;
}

/**
 * Scores a model on rows that it need not have seen: those of a locked test set, or fresh ones.
 * @throws RangeError where the rows are not of the model's task, features and outputs
 */
export function scoreModel(model: TrainedModel, data: LabelledRows, engine: Engine = wasmEngine): ModelScore {
  const { prepared, predictions } = predictLabelled(model, data, engine);
  const { scores, reasons } = scoreRows(data, prepared, predictions, model.targetScaler);
  return {
    scores,
    reason: reasons.length === 0 ? null : reasons.join('; '),
    confusion:
      data.task === 'classification' ? confusionMatrix(data.targets, predictions, data.outputs) : null,
  };
}

/**
 * Scores of samples of the rows, from one prediction of all of them: what a bootstrap asks for a thousand times.
 * @returns all metrics of the rows named, by number; one may come more than once
 * @throws RangeError as `scoreModel`
 */
export function sampleScorer(
  model: TrainedModel,
  data: LabelledRows,
  engine: Engine = wasmEngine,
): (rows: Int32Array) => Scores {
  const { prepared, predictions } = predictLabelled(model, data, engine);
  const { outputs } = data;
  const perRow = targetsPerRow(data);
  return (rows) => {
    const targets = new (prepared.targets.constructor as new (length: number) => typeof prepared.targets)(
      rows.length * perRow,
    );
    const sample = {
      rows,
      features: prepared.features,
      targets: selectRows(prepared.targets, perRow, rows, targets),
    };
    const predicted = selectRows(predictions, outputs, rows, new Float32Array(rows.length * outputs));
    return scoreRows(data, sample, predicted, model.targetScaler).scores;
  };
}

function predictLabelled(model: TrainedModel, data: LabelledRows, engine: Engine) {
  const { task, outputs, layers, parameters, pipeline, targetScaler } = model;
  const columns = pipeline.columns?.length ?? layers[0]!.inputs;
  if (data.task !== task || data.columns !== columns || data.outputs !== outputs)
    throw new RangeError(
      `The model is for ${task} of ${columns} features and ${outputs} outputs, the rows are for ${data.task} of ${data.columns} and ${data.outputs}`,
    );
  const rows = Int32Array.from({ length: data.rows }, (_, row) => row);
  const prepared = prepareRows(data, rows, pipeline, targetScaler);
  const predictions = new Float32Array(data.rows * outputs);
  engine.createPredictor(layers, parameters).predict(prepared.features, data.rows, predictions);
  return { prepared, predictions };
}
