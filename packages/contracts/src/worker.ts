import { z } from 'zod';
import { timeSchema } from './identifiers.ts';

export const workerSchema = z.object({
  id: z.string(),
  host: z.string(),
  threads: z.int(),
  version: z.string(),
  numericsVersion: z.int(),
  engine: z.string(),
  startedAt: timeSchema,
  lastSeenAt: timeSchema,
  runningFolds: z.int(),
  completedFolds: z.int(),
});
export type Worker = z.infer<typeof workerSchema>;
export const workersSchema = z.object({ items: z.array(workerSchema) });
