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

/** What a trainer of one's own may call a metric. */
export const metricNameSchema = z.string().regex(/^[A-Za-z][A-Za-z0-9_.@-]{0,63}$/, {
  error: 'must begin with a letter and hold letters, digits and _ . @ - alone, 64 at most',
});
/** Of an external search any name; of all others a `Metric`. */
export type MetricName = Metric | (string & {});
/** Scores of fold runs, whoever trained them. */
export const namedScoresSchema = z.record(metricNameSchema, z.number().nullable());
export type NamedScores = z.infer<typeof namedScoresSchema>;

export const directions = ['maximize', 'minimize'] as const;
export type Direction = (typeof directions)[number];

/** Losses and errors are minimised, all other metrics maximised. */
export function directionOf(metric: Metric): Direction {
  return metric === 'loss' || metric === 'mse' || metric === 'mae' ? 'minimize' : 'maximize';
}

/** Whether a name is that of a metric that Holdfast computes itself. */
export function isMetric(name: string): name is Metric {
  return (metrics as readonly string[]).includes(name);
}

/** The metrics that a task has: sigmoid outputs have those of classification. */
export function metricsOf(task: Task): readonly Metric[] {
  return task === 'regression' ? regressionMetrics : classificationMetrics;
}
