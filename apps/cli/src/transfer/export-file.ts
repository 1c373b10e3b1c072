import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { leaderboardSchema } from '@holdfast/contracts/leaderboard';
import { tasks } from '@holdfast/contracts/metrics';
import { ownTrialSchema } from '@holdfast/contracts/search-control';
import { resolvedSearchSpecSchema } from '@holdfast/contracts/search-spec';
import { z } from 'zod';
import { UsageError } from '../command/usage-error.ts';

/** Everything to run a search again elsewhere, and what it must give. */
export const exportFileSchema = z.strictObject({
  format: z.literal('holdfast-export-1'),
  holdfastVersion: z.string(),
  numericsVersion: z.int(),
  dataset: z.strictObject({
    name: z.string(),
    digest: z.string(),
    task: z.enum(tasks),
    target: z.array(z.string()),
    /** Kinds and missing values of the feature columns, as a data set's `columns`. */
    columns: z.record(z.string(), z.json()),
    /** The columns that folds follow; their values are not told. */
    group: z.string().nullable().default(null),
    time: z.string().nullable().default(null),
    /** Training rows; `null`: the data set must be there already. Test rows are never exported. */
    csv: z.string().nullable(),
  }),
  name: z.string(),
  spec: resolvedSearchSpecSchema,
  /** Trials that somebody added, in the order of their numbers. */
  ownTrials: z.array(ownTrialSchema),
  board: leaderboardSchema,
});
export type ExportFile = z.infer<typeof exportFileSchema>;

/** @throws UsageError where the file is no export */
export async function readExport(path: string): Promise<ExportFile> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new UsageError(`${path} cannot be read: ${error.message}`);
  });
  let value: unknown;
  try {
    value = JSON.parse((bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('utf8'));
  } catch (error) {
    throw new UsageError(`${path} is no export: ${(error as Error).message}`);
  }
  const parsed = exportFileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${path} is no export of this version: /${issue?.path.join('/')}: ${issue?.message}`);
}
