import { z } from 'zod';

export const tasks = ['classification', 'binary', 'regression'] as const;
export type Task = (typeof tasks)[number];

const classificationMetrics = ['accuracy', 'loss', 'balancedAccuracy', 'f1', 'auc'] as const;
const regressionMetrics = ['mse', 'mae', 'r2', 'loss'] as const;
export const metrics = ['accuracy', 'loss', 'balancedAccuracy', 'f1', 'auc', 'mse', 'mae', 'r2'] as const;
export const metricSchema = z.enum(metrics);
export type Metric = (typeof metrics)[number];

/** A score, or `null` with the reason in the result where it is not defined. */
export type Scores = Partial<Record<Metric, number | null>>;
export const scoresSchema = z.partialRecord(metricSchema, z.number().nullable());

export type Direction = 'maximize' | 'minimize';

/** Losses and errors are minimised, all other metrics maximised. */
export function directionOf(metric: Metric): Direction {
  return metric === 'loss' || metric === 'mse' || metric === 'mae' ? 'minimize' : 'maximize';
}

/** The metrics that a task has: sigmoid outputs have those of classification. */
export function metricsOf(task: Task): readonly Metric[] {
  return task === 'regression' ? regressionMetrics : classificationMetrics;
}
