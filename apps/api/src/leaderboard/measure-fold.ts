import type { Metric, Scores } from '@holdfast/contracts/metrics';
import { largestOutput } from '@holdfast/core/layers/head';
import { binaryCrossEntropy, crossEntropy } from '@holdfast/core/losses/row-loss';
import type { LabelledRows } from '@holdfast/core/training-set';
import type { Measure } from '@holdfast/search/statistics/fold-measure';

type Of<Task extends LabelledRows['task']> = Extract<LabelledRows, { task: Task }>;

/**
 * What predictions on the rows of a fold come to by a metric, row by row, as training scored them.
 * @param predictions rows × outputs, of `rows` in their order
 * @param stored the fold's scores: regression's loss is in units of a deviation that only they know
 * @throws RangeError where there are more or fewer predictions than rows
 */
export function measureFold(
  metric: Metric,
  data: LabelledRows,
  rows: Int32Array,
  predictions: Float32Array,
  stored: Scores,
): Measure {
  if (predictions.length !== rows.length * data.outputs) {
    throw new RangeError(
      `There are ${predictions.length} predictions for ${rows.length} rows of ${data.outputs} outputs.`,
    );
  }
  switch (data.task) {
    case 'classification':
      return measureClasses(metric, data, rows, predictions);
    case 'binary':
      return measureOutputs(metric, data, rows, predictions);
    case 'regression':
      return measureValues(metric, data, rows, predictions, stored);
  }
}

function measureClasses(
  metric: Metric,
  { targets, outputs: classes }: Of<'classification'>,
  rows: Int32Array,
  predictions: Float32Array,
): Measure {
  const predicted = (i: number) => largestOutput(predictions, i * classes, classes);
  switch (metric) {
    case 'accuracy':
      return meanOver(rows, (row, i) => (predicted(i) === targets[row] ? 1 : 0));
    case 'loss':
      return meanOver(rows, (row, i) => crossEntropy(predictions[i * classes + targets[row]!]!));
    case 'balancedAccuracy':
    case 'f1':
      return {
        kind: 'confusion',
        statistic: metric,
        tables: 1,
        classes,
        truth: Uint16Array.from(rows, (row) => targets[row]!),
        predicted: Uint16Array.from(rows, (_, i) => predicted(i)),
        positiveAlone: false,
      };
    case 'auc':
      return {
        kind: 'area',
        classes,
        scores: predictions,
        positive: Uint8Array.from(predictions, (_, at) =>
          targets[rows[Math.floor(at / classes)]!] === at % classes ? 1 : 0,
        ),
      };
    default:
      throw new RangeError(`${metric} is not defined for classification.`);
  }
}

function measureOutputs(
  metric: Metric,
  { targets, outputs }: Of<'binary'>,
  rows: Int32Array,
  predictions: Float32Array,
): Measure {
  const truth = (row: number, output: number) => targets[row * outputs + output]!;
  const over = (of: (probability: number, target: number) => number) =>
    meanOver(rows, (row, i) => {
      let sum = 0;
      for (let output = 0; output < outputs; output++)
        sum += of(predictions[i * outputs + output]!, truth(row, output));
      return sum / outputs;
    });
  const positive = Uint8Array.from(predictions, (_, at) =>
    truth(rows[Math.floor(at / outputs)]!, at % outputs),
  );
  switch (metric) {
    case 'accuracy':
      return over((probability, target) => (probability > 0.5 === (target === 1) ? 1 : 0));
    case 'loss':
      return over(binaryCrossEntropy);
    case 'balancedAccuracy':
    case 'f1':
      return {
        kind: 'confusion',
        statistic: metric,
        tables: outputs,
        classes: 2,
        truth: Uint16Array.from(positive),
        predicted: Uint16Array.from(predictions, (probability) => (probability > 0.5 ? 1 : 0)),
        positiveAlone: metric === 'f1',
      };
    case 'auc':
      return { kind: 'area', classes: outputs, scores: predictions, positive };
    default:
      throw new RangeError(`${metric} is not defined for binary outputs.`);
  }
}

function measureValues(
  metric: Metric,
  { targets, outputs }: Of<'regression'>,
  rows: Int32Array,
  predictions: Float32Array,
  stored: Scores,
): Measure {
  const over = (of: (difference: number) => number) =>
    meanOver(rows, (row, i) => {
      let sum = 0;
      for (let output = 0; output < outputs; output++)
        sum += of(predictions[i * outputs + output]! - targets[row * outputs + output]!);
      return sum / outputs;
    });
  switch (metric) {
    case 'mse':
      return over((difference) => difference * difference);
    case 'mae':
      return over(Math.abs);
    case 'loss': {
      const scale = stored.mse ? (stored.loss ?? 0) / stored.mse : 0;
      return over((difference) => difference * difference * scale);
    }
    case 'r2':
      return {
        kind: 'determination',
        outputs,
        squares: Float64Array.from(predictions, (value, at) => {
          const difference = value - targets[rows[Math.floor(at / outputs)]! * outputs + (at % outputs)]!;
          return difference * difference;
        }),
        targets: Float64Array.from(
          predictions,
          (_, at) => targets[rows[Math.floor(at / outputs)]! * outputs + (at % outputs)]!,
        ),
      };
    default:
      throw new RangeError(`${metric} is not defined for regression.`);
  }
}

function meanOver(rows: Int32Array, value: (row: number, index: number) => number): Measure {
  return { kind: 'mean', values: Float64Array.from(rows, value) };
}
