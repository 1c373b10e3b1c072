import { z } from 'zod';
import { searchIdSchema, timeSchema } from './identifiers.ts';
import { metricNameSchema } from './metrics.ts';
import { foldRunStates, trialStates } from './states.ts';

const figures = z.array(z.number().nullable());
const count = z.int().min(0);

/** A varied hyperparameter as an axis. */
const axisSchema = z.object({
  name: z.string(),
  kind: z.enum(['number', 'category']),
  /** Whether its range is on a logarithmic scale, or spans as much as one would be for. */
  log: z.boolean(),
  /** Smallest and largest value that some trial has, 0 left out where `log`; `null` for categories. */
  range: z.tuple([z.number(), z.number()]).nullable(),
  /** On a logarithmic axis: whether some trial has 0, which is in no such range. */
  zero: z.boolean(),
  /** Values as they are written in `where`, in the order of the axis; `null` for numbers. */
  categories: z.array(z.string()).nullable(),
});
export type Axis = z.infer<typeof axisSchema>;

/** Trials as points, column by column: all arrays have one entry for each trial shown, by trial number. */
export const trialPointsSchema = z.object({
  search: searchIdSchema,
  metric: metricNameSchema,
  direction: z.enum(['maximize', 'minimize']),
  updatedAt: timeSchema,
  /** Trials that have a score or will have none any more. */
  total: count,
  /**
   * `all`: every one is here. `sample`: the best tenth of what is shown, every trial that was the best so far, and
   * of the others every so many-th by number.
   */
  sampling: z.enum(['all', 'sample']),
  axes: z.array(axisSchema),
  trial: z.array(z.int()),
  rank: z.array(z.int().nullable()),
  status: z.array(z.enum(trialStates)),
  score: figures,
  standardError: figures,
  trainingScore: figures,
  validationLoss: figures,
  trainingLoss: figures,
  overfit: z.array(z.boolean().nullable()),
  weightCount: figures,
  seconds: figures,
  /** For each axis: numbers, or places in `categories`; `null` where the hyperparameter does not apply. */
  values: z.array(figures),
  /** The trials that were the best so far, by number; never sampled. */
  bestSoFar: z.object({ trial: z.array(z.int()), score: z.array(z.number()) }),
});
export type TrialPoints = z.infer<typeof trialPointsSchema>;

const heatMapAxisSchema = axisSchema.extend({
  /** Each bin's ends for numbers in bins; one and the same number twice for a value of its own; `null` for categories. */
  bins: z.array(z.tuple([z.number(), z.number()])).nullable(),
});

/** Scores over two hyperparameters; from every trial, never sampled. */
export const heatMapSchema = z.object({
  search: searchIdSchema,
  metric: metricNameSchema,
  direction: z.enum(['maximize', 'minimize']),
  /** Trials with a score that have both hyperparameters. */
  total: count,
  x: heatMapAxisSchema,
  y: heatMapAxisSchema,
  /** Those with a trial alone. `x` and `y`: places of bins or categories. */
  cells: z.array(
    z.object({
      x: z.int(),
      y: z.int(),
      trials: count,
      mean: z.number(),
      best: z.number(),
      bestTrial: z.int(),
    }),
  ),
});
export type HeatMap = z.infer<typeof heatMapSchema>;

/** When which worker trained what; the latest fold runs. */
export const timelineSchema = z.object({
  search: searchIdSchema,
  /** Fold runs that have been begun. */
  total: count,
  /** By start. */
  items: z.array(
    z.object({
      trial: z.int(),
      repeat: z.int(),
      fold: z.int(),
      state: z.enum(foldRunStates),
      worker: z.string(),
      startedAt: timeSchema,
      finishedAt: timeSchema.nullable(),
    }),
  ),
});
export type Timeline = z.infer<typeof timelineSchema>;
