import { z } from 'zod';
import { freeParamsSchema } from './free-space.ts';
import { searchIdSchema, timeSchema } from './identifiers.ts';
import { searchStates } from './states.ts';

/** Seconds that a trainer has until its next sign of life. */
const leaseSecondsSchema = z.number().min(5).max(86_400);
const defaultLeaseSeconds = 300;

/** Who asks. One that asks again before it has told gets the same fold run again. */
const clientIdSchema = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z0-9._:@/-]+$/, { error: 'must hold letters, digits and . _ : @ / - alone' });

export const askSchema = z.strictObject({
  client: clientIdSchema,
  leaseSeconds: leaseSecondsSchema.default(defaultLeaseSeconds),
  /** So long the answer is held where nothing is ready. */
  waitSeconds: z.number().min(0).max(30).default(0),
  /** Whether the answer names the rows; they are the same for all trials of a search. */
  rows: z.boolean().default(true),
});
export type Ask = z.infer<typeof askSchema>;
export type AskInput = z.input<typeof askSchema>;

export const leaseSchema = z.object({
  /** Goes with the result. It holds for this fold run, and until somebody else is given it. */
  token: z.string(),
  seconds: z.number(),
  expiresAt: timeSchema,
});
export type Lease = z.infer<typeof leaseSchema>;

const rowNumbers = z.array(z.int());

/** A fold run to train. */
export const trainAnswerSchema = z.object({
  next: z.literal('train'),
  search: searchIdSchema,
  trial: z.int(),
  repeat: z.int(),
  fold: z.int(),
  /** How often this fold run was handed out. */
  attempt: z.int(),
  params: freeParamsSchema,
  /** From 0 to 2³² − 1, the same whenever and by whomever this fold run is trained. */
  seed: z.int(),
  /** Ascending, from 0. `null` where they were not asked for. */
  rows: z.object({ training: rowNumbers, validation: rowNumbers }).nullable(),
  /**
   * How far to train: to `until`, `max` at most. Above rung 0 this trial has been trained `from` units before, in this
   * fold, maybe by somebody else: who has kept that can go on from there. `null` where the search has no resource.
   */
  resource: z
    .object({ name: z.string(), from: z.int(), until: z.int(), max: z.int(), rung: z.int() })
    .nullable(),
  lease: leaseSchema,
  /** Where the result goes, by POST. */
  resultPath: z.string(),
});
export type TrainAnswer = z.infer<typeof trainAnswerSchema>;

/** Nothing is ready: others train what comes next, or the search is paused. Ask again. */
export const waitAnswerSchema = z.object({
  next: z.literal('wait'),
  search: searchIdSchema,
  status: z.enum(searchStates),
  retryAfterSeconds: z.number(),
});

/** The search is over. */
export const stopAnswerSchema = z.object({
  next: z.literal('stop'),
  search: searchIdSchema,
  status: z.enum(searchStates),
  reason: z.string().nullable(),
});

export const askAnswerSchema = z.discriminatedUnion('next', [
  trainAnswerSchema,
  waitAnswerSchema,
  stopAnswerSchema,
]);
export type AskAnswer = z.infer<typeof askAnswerSchema>;

const score = z.number().nullable();
const whySchema = z
  .string()
  .min(1)
  .max(2000)
  .regex(/^[^\p{Cs}\0]*$/u, { error: 'must not hold half a character, or U+0000' });

/** What a fold run came to. */
export const scoredSchema = z.strictObject({
  lease: z.string().max(200),
  /** The objective's metric on the validation rows; `null` where it is not defined: then `reason` says why. */
  score,
  reason: whySchema.nullable().default(null),
  /** The same on the training rows. */
  trainingScore: score.default(null),
  /**
   * A number for each validation row, in their order, of which `score` is the mean or the root of the mean, as
   * `objective.rowScores` says. With them the leaderboard tells intervals of ranks.
   */
  rowScores: z.array(z.number()).nullable().default(null),
  /** Of training and scoring; unless given, from the ask to now. */
  seconds: z.number().min(0).max(1e9).optional(),
});

/** An attempt that came to nothing: it is made once more, then the trial fails. */
export const failedSchema = z.strictObject({
  lease: z.string().max(200),
  failure: whySchema,
});

export const toldResultSchema = z.union([scoredSchema, failedSchema]);
export type ToldResult = z.infer<typeof toldResultSchema>;
export type ToldResultInput = z.input<typeof toldResultSchema>;

export const tellAnswerSchema = z.object({
  /**
   * `accepted`; `repeated`: it was before, by this very attempt; `retried`: the failure was noted, and the fold run is
   * handed out again; `failed`: the trial has failed.
   */
  outcome: z.enum(['accepted', 'repeated', 'retried', 'failed']),
  search: searchIdSchema,
  trial: z.int(),
  status: z.enum(searchStates),
});
export type TellAnswer = z.infer<typeof tellAnswerSchema>;

export const renewalSchema = z.strictObject({
  lease: z.string().max(200),
  leaseSeconds: leaseSecondsSchema.default(defaultLeaseSeconds),
});
