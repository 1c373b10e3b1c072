import { z } from 'zod';
import { scopes } from './scopes.ts';

/** What a browser signs in with. */
export const sessionRequestSchema = z.strictObject({ key: z.string().min(1).max(1000) });

/** How a browser stands with the service. */
export const sessionSchema = z.object({
  signedIn: z.boolean(),
  /** Whether the service wants a key at all. */
  needsKey: z.boolean(),
  scopes: z.array(z.enum(scopes)),
  /** To be sent as `X-Holdfast-Csrf` with whatever is no GET, by a browser that is signed in. */
  csrfToken: z.string().nullable(),
});
export type Session = z.infer<typeof sessionSchema>;
