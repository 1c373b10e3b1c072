import { z } from 'zod';
import { nameSchema, timeSchema } from './identifiers.ts';
import { scopes } from './scopes.ts';

const ninetyDays = 90 * 86_400;
const expiresInSeconds = z
  .int()
  .min(60)
  .max(10 * 366 * 86_400)
  .nullable()
  .default(ninetyDays)
  .describe('From now on; null: for ever.');
const mostRequests = z.int().min(1).max(1_000_000).nullable().default(null);

export const newApiKeySchema = z.strictObject({
  name: nameSchema.describe('Whose it is, or what for.'),
  scopes: z
    .array(z.enum(scopes))
    .min(1)
    .max(scopes.length)
    .refine((given) => new Set(given).size === given.length, { error: 'must not name a scope twice' }),
  expiresInSeconds,
  requestsPerSecond: mostRequests.describe('Null: as the service is set.'),
  requestsInFlight: mostRequests,
});

/** What makes a new key in place of another. */
export const keyRotationSchema = z.strictObject({
  overlapSeconds: z
    .int()
    .min(0)
    .max(366 * 86_400)
    .default(86_400)
    .describe('How long the old key goes on.'),
  expiresInSeconds,
});

/** A key as it may be shown: without its secret. */
export const apiKeySchema = z.object({
  id: z.string().describe('The ten characters after hf_.'),
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  requestsPerSecond: z.int().nullable(),
  requestsInFlight: z.int().nullable(),
  createdAt: timeSchema,
  expiresAt: timeSchema.nullable(),
  revokedAt: timeSchema.nullable(),
  replaces: z.string().nullable().describe('The key that this one was rotated from.'),
});

/** The only answer that holds the key itself. */
export const madeApiKeySchema = apiKeySchema.extend({ key: z.string() });
