import { z } from 'zod';
import { digestSchema, searchIdSchema, timeSchema } from './identifiers.ts';
import { metricNameSchema } from './metrics.ts';
import { searchStates, trialStates } from './states.ts';

const score = z.number().nullable();

export const leaderboardItemSchema = z.object({
  /** From 1; `null` without a score. */
  rank: z.int().nullable(),
  trial: z.int(),
  status: z.enum(trialStates),
  /** Why there is no score, or why the trial failed. */
  reason: z.string().nullable(),
  /** What the space varies; all of it is in the trial. */
  params: z.record(z.string(), z.json()),
  /**
   * Validation. `std` with n − 1; `standardError` = std / √n; `folds` in the order of repeat and fold. `foldStd`: within
   * a repeat; `seedStd`: of the repeats' means, whose rows are the same and whose folds and seeds are not, `null` for
   * one repeat.
   */
  score: z.object({
    mean: score,
    std: score,
    standardError: score,
    foldStd: score,
    seedStd: score,
    folds: z.array(score),
  }),
  training: z.object({ mean: score }),
  /** Data losses of the final parameters in evaluation mode, without penalty. */
  loss: z.object({ validation: score, training: score }),
  /** Training score − validation score. */
  gap: score,
  /** Validation loss / training loss − 1. */
  lossGap: score,
  /** `lossGap` above 0.10 and a difference above 0.01. */
  overfit: z.boolean().nullable(),
  /** Holds the rank that the trial has in truth in at least 95 of 100 searches. */
  rankInterval: z.tuple([z.int(), z.int()]).nullable(),
  /** The share of resamples in which it is first. */
  probabilityBest: score,
  /** 1 lies in `rankInterval`. */
  tiedWithBest: z.boolean().nullable(),
  withinOneStandardError: z.boolean().nullable(),
  /** `null` in an external search. */
  weightCount: z.int().nullable(),
  /** Mean of the epochs trained, over the folds that are there. */
  epochs: z.number().nullable(),
  /** Training time of all folds. Differs between runs: not part of the digest. */
  seconds: z.number().nullable(),
});
export type LeaderboardItem = z.infer<typeof leaderboardItemSchema>;

/** Trained on the same folds without being asked for; neither a trial nor ranked. */
export const baselineSchema = z.object({
  /** Class frequencies or the mean of the training folds for every row; a network without hidden layers. */
  kind: z.enum(['majorityClass', 'mean', 'logisticRegression', 'linearRegression']),
  /** As a trial's. */
  score: z.object({ mean: score, std: score, standardError: score, folds: z.array(score) }),
  training: z.object({ mean: score }),
  loss: z.object({ validation: score, training: score }),
});
export type Baseline = z.infer<typeof baselineSchema>;

export const hintSchema = z.object({ code: z.string(), message: z.string(), space: z.json().optional() });
export type Hint = z.infer<typeof hintSchema>;

export const leaderboardSchema = z.object({
  search: searchIdSchema,
  status: z.enum(searchStates),
  metric: metricNameSchema,
  direction: z.enum(['maximize', 'minimize']),
  /** SHA-256 of the whole board, all pages, without `search`, `updatedAt` and each item's `seconds`. */
  digest: digestSchema,
  updatedAt: timeSchema,
  items: z.array(leaderboardItemSchema),
  /** What every trial should beat; empty until the first trial has its results. */
  baselines: z.array(baselineSchema),
  /** How ranks were resampled; `null` as long as nothing is ranked. */
  uncertainty: z
    .object({
      method: z.literal('bootstrap'),
      resamples: z.int(),
      /** What was drawn: rows; groups of rows that belong together; blocks of consecutive rows in time. */
      unit: z.enum(['rows', 'groups', 'blocks']),
      units: z.int(),
      /** Trials of this search that took part, the best ones of a large board. */
      trials: z.int(),
      /** Trials of searches that this one goes on from, which count for `corrected`. */
      earlierTrials: z.int(),
    })
    .nullable(),
  /** Why there is no `uncertainty` though trials are ranked: of external searches alone. */
  uncertaintyReason: z.string().optional(),
  /** What rank 1's score is worth without the luck of being the best of many. */
  corrected: z.object({ trial: z.int(), score: z.number(), method: z.literal('bbc') }).nullable(),
  recommended: z.object({ trial: z.int(), rule: z.enum(['oneStandardError', 'best']) }).nullable(),
  hints: z.array(hintSchema),
  nextCursor: z.string().nullable(),
});
export type Leaderboard = z.infer<typeof leaderboardSchema>;
