import { z } from 'zod';
import { searchSchema } from './search.ts';
import { trialStates } from './states.ts';

/** The data of each server-sent event, by its name. Ids are a search's revisions, in commit order. */
export const searchEventSchemas = {
  search: searchSchema,
  trial: z.object({ trial: z.int(), status: z.enum(trialStates) }),
  fold: z.object({ trial: z.int(), repeat: z.int(), fold: z.int(), state: z.enum(['completed', 'failed']) }),
  end: searchSchema,
} as const;
export type SearchEventName = keyof typeof searchEventSchemas;
export type SearchEvent = {
  [Name in SearchEventName]: { id: string; name: Name; data: z.infer<(typeof searchEventSchemas)[Name]> };
}[SearchEventName];
