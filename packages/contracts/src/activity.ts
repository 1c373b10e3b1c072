import { z } from 'zod';
import { searchIdSchema, timeSchema } from './identifiers.ts';

const count = z.int().min(0);

/** What the workers do at the moment, and what waits for them. */
export const activitySchema = z.object({
  queue: z.object({
    /** Jobs that no worker has taken yet, each of one fold run or more; `null` where the queue does not answer. */
    waitingJobs: count.nullable(),
  }),
  foldRuns: z.object({
    /** Handed to a worker. */
    running: count,
    /** Not begun, of searches that are not paused or over. */
    waiting: count,
  }),
  /** The fold runs that were handed out last, at most 500 of them, by worker and start. */
  running: z.array(
    z.object({
      worker: z.string(),
      search: searchIdSchema,
      searchName: z.string(),
      trial: z.int(),
      repeat: z.int(),
      fold: z.int(),
      startedAt: timeSchema,
    }),
  ),
});
export type Activity = z.infer<typeof activitySchema>;
