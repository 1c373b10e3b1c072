import { z } from 'zod';
import { modelIdSchema, searchIdSchema } from './identifiers.ts';

/** Ids alone: what to train stands in Postgres, which the worker asks when it claims. */
const trainFoldsJobSchema = z.strictObject({
  search: searchIdSchema,
  foldRuns: z
    .array(z.strictObject({ trial: z.int().min(0), repeat: z.int().min(0), fold: z.int().min(0) }))
    .min(1),
});
export type TrainFoldsJob = z.infer<typeof trainFoldsJobSchema>;
export type FoldRunKey = TrainFoldsJob['foldRuns'][number];

/** A final model to train; all else stands in Postgres. */
const trainModelJobSchema = z.strictObject({ model: modelIdSchema });
export type TrainModelJob = z.infer<typeof trainModelJobSchema>;

export const trainingJobSchema = z.union([trainFoldsJobSchema, trainModelJobSchema]);
export type TrainingJob = z.infer<typeof trainingJobSchema>;
