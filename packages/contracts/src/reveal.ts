import { z } from 'zod';
import { testProtocolSchema, testSplitSchema } from './dataset.ts';
import {
  datasetIdSchema,
  digestSchema,
  searchIdSchema,
  timeSchema,
  trialNumberSchema,
} from './identifiers.ts';
import { metricSchema, scoresSchema } from './metrics.ts';

export const revealStates = ['queued', 'running', 'completed', 'failed'] as const;
export type RevealState = (typeof revealStates)[number];

const revealIdSchema = z.string().regex(/^rv_[0-9a-z]{20}$/);

/** The trials to be tested on the locked rows; the recommended one unless given. */
export const revealRequestSchema = z.strictObject({
  trials: z
    .array(trialNumberSchema)
    .min(1)
    .max(1000)
    .refine((trials) => new Set(trials).size === trials.length, { error: 'must not name a trial twice' })
    .optional(),
});

const score = z.number().nullable();
const interval = z.tuple([z.number(), z.number()]);

/** What cross-validation promised of a trial, by the search's objective. */
export const promisedSchema = z.object({ mean: score, standardError: score, corrected: score });
export type Promised = z.infer<typeof promisedSchema>;

/** `optimistic`: validation promised more than the test's interval allows; `pessimistic`: less. */
const verdicts = ['consistent', 'optimistic', 'pessimistic'] as const;

/**
 * What a ladder tells of a submission: the best accuracy so far, which changes only where a submission is better by more
 * than the step. Nothing else about it is told.
 */
const ladderAnswerSchema = z.object({
  /** Of the leader, to the nearest row; `null` as long as no submission had a score. */
  score: score,
  /** Whether this submission leads from now on. */
  improved: z.boolean(),
  leader: z.object({ reveal: revealIdSchema, search: searchIdSchema, trial: trialNumberSchema }).nullable(),
});
export type LadderAnswer = z.infer<typeof ladderAnswerSchema>;

export const revealedTrialSchema = z.object({
  trial: trialNumberSchema,
  /** Of the model that was tested; the model delivered for this trial has the same one. `null` where it diverged. */
  parametersDigest: digestSchema.nullable(),
  validation: promisedSchema,
  /** All metrics of the task; `null` until the evaluator is done, where the training diverged, and on a ladder. */
  test: scoresSchema
    .and(
      z.object({
        /** Rows: truth; columns: what was predicted. Classification alone. */
        confusion: z.array(z.array(z.int())).nullable(),
        /** Of the objective: Wilson's for accuracy, the bootstrap's percentiles for all others. */
        interval95: interval.nullable(),
        /** The same for every metric. */
        intervals95: z.partialRecord(metricSchema, interval),
      }),
    )
    .nullable(),
  verdict: z.enum(verdicts).nullable(),
  /** With the protocol `ladder` alone, once the evaluator is done. */
  ladder: ladderAnswerSchema.optional(),
  reason: z.string().nullable(),
});
export type RevealedTrial = z.infer<typeof revealedTrialSchema>;

/**
 * What opens the commitment: with it and the file that was uploaded anyone can make the committed bytes again; see
 * docs/locked-test.md.
 */
export const openingSchema = z.object({
  /** 32 bytes, base64. */
  salt: z.base64(),
  split: testSplitSchema,
  source: z.unknown(),
});
export type Opening = z.infer<typeof openingSchema>;

export const revealSchema = z.object({
  id: revealIdSchema,
  search: searchIdSchema,
  dataset: datasetIdSchema,
  status: z.enum(revealStates),
  reason: z.string().nullable(),
  protocol: testProtocolSchema,
  metric: metricSchema,
  trials: z.array(revealedTrialSchema),
  /** `null` on a ladder: its rows stay closed. */
  opening: openingSchema.nullable(),
  revealsUsed: z.int(),
  revealBudget: z.int(),
  /** Written before the evaluation: which trials are meant. */
  ledgerEntry: z.int(),
  /** Written with the result. */
  resultEntry: z.int().nullable(),
  createdAt: timeSchema,
  finishedAt: timeSchema.nullable(),
});
export type Reveal = z.infer<typeof revealSchema>;

export const revealsSchema = z.object({ items: z.array(revealSchema) });

export const budgetRequestSchema = z.strictObject({ revealBudget: z.int().min(1).max(1_000_000) });
