import { z } from 'zod';
import { warningSchema } from './dataset.ts';
import { modelIdSchema, searchIdSchema } from './identifiers.ts';
import { metricNameSchema } from './metrics.ts';
import { trialStates } from './states.ts';

const score = z.number().nullable();

const comparedTrialSchema = z.object({
  trial: z.int(),
  status: z.enum(trialStates),
  /** On the leaderboard by this metric. */
  rank: z.int().nullable(),
  /** Mean validation score over `folds`; `null` where one of them has none. */
  mean: score,
  /** Of all of its folds: see the leaderboard's `score`. */
  foldStd: score,
  seedStd: score,
  /**
   * Of its newest final model with several seeds (`refit.seeds`): the standard deviation of their training scores on the same
   * rows. How far seeds alone move it, where no repeats tell; on rows that were trained on, so rather less than on others.
   */
  refit: z.object({ model: modelIdSchema, seeds: z.int(), trainingStd: z.number() }).nullable(),
});

/** Two trials of a search, in the order asked for; all differences are first − second. */
export const comparisonSchema = z.object({
  search: searchIdSchema,
  metric: metricNameSchema,
  direction: z.enum(['maximize', 'minimize']),
  trials: z.tuple([comparedTrialSchema, comparedTrialSchema]),
  /** The folds that both trials have finished, in the order of repeat and fold. */
  folds: z.array(
    z.object({ repeat: z.int(), fold: z.int(), scores: z.tuple([score, score]), difference: score }),
  ),
  meanDifference: score,
  /**
   * Standard deviations of the differences: `foldStd` within a repeat, `seedStd` of the repeats' means, which is how much of
   * the difference is luck of the draw; `null` for one repeat.
   */
  differenceSpread: z.object({ foldStd: score, seedStd: score }),
  /** `null` where it is not defined; `reason` says why. */
  test: z
    .object({
      kind: z.literal('correctedResampledT'),
      /** `ratio` = validation rows / training rows, both summed over `folds`. */
      correction: z.object({ validationRows: z.int(), trainingRows: z.int(), ratio: z.number() }),
      /** std of the differences · √(1/n + ratio), n the number of folds. */
      standardError: z.number(),
      t: z.number(),
      degreesOfFreedom: z.int(),
      /** Two-sided. */
      pValue: z.number(),
      /** 95 % confidence interval of the mean difference. */
      interval: z.tuple([z.number(), z.number()]),
    })
    .nullable(),
  reason: z.string().nullable(),
  warnings: z.array(warningSchema),
});
export type Comparison = z.infer<typeof comparisonSchema>;
