import { z } from 'zod';
import { rangeSchema } from './space.ts';

const scalar = z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]);
/** A value of a hyperparameter that Holdfast knows nothing of: it hands it on as it stands. */
const freeValueSchema = z.union([scalar, z.array(scalar).max(100)], {
  error: 'must be a string, a number, true, false, null, or a list of these',
});
export type FreeValue = z.infer<typeof freeValueSchema>;

/**
 * Columns of a leaderboard, by which it is sorted and filtered: a hyperparameter of that name could not be reached. The
 * ranking's own test holds that none is missing.
 */
export const boardColumns = [
  'rank',
  'trial',
  'status',
  'score',
  'std',
  'standardError',
  'foldStd',
  'seedStd',
  'training',
  'validationLoss',
  'trainingLoss',
  'gap',
  'lossGap',
  'overfit',
  'probabilityBest',
  'tiedWithBest',
  'withinOneStandardError',
  'weightCount',
  'meanEpochs',
  'seconds',
] as const;

/** `maxDepth`, `clf__C`, `tree.max-depth`: never a number, which JavaScript would put out of order. */
const freeNameSchema = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/, {
    error:
      'A hyperparameter’s name begins with a letter or _ and holds letters, digits and _ . - alone, 100 at most.',
  })
  .refine((name) => !(boardColumns as readonly string[]).includes(name), {
    error: 'This is the name of a column of the leaderboard. Call the hyperparameter otherwise.',
  });

/** A list is choices: so one value that is a list is written `[[50, 50]]`. */
const freeDomainSchema = z.union(
  [scalar, rangeSchema, z.array(z.union([freeValueSchema, rangeSchema])).min(1)],
  {
    error: 'must be a value, a range { "min", "max", "scale", "integer" }, or a list of these as choices',
  },
);

/** Hyperparameters by whatever names the trainer gives them, in the order in which a grid nests them, the last fastest. */
export const freeSubspaceSchema = z.record(freeNameSchema, freeDomainSchema);
export type FreeSubspace = z.infer<typeof freeSubspaceSchema>;

/** A space, or a union of spaces. */
export const freeSpaceSchema = z.union([freeSubspaceSchema, z.array(freeSubspaceSchema).min(1).max(1000)], {
  error: 'must be a space, or a list of spaces as a union',
});
export type FreeSpace = z.infer<typeof freeSpaceSchema>;

/** The hyperparameters of a trial of an external search. */
export const freeParamsSchema = z.record(freeNameSchema, freeValueSchema);
export type FreeParams = z.infer<typeof freeParamsSchema>;
