import { z } from 'zod';

/** What a key may do: `read` every GET; `submit` what creates, changes and deletes; `reveal` tests on locked rows; `admin` all. */
export const scopes = ['read', 'submit', 'reveal', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Whether scopes that were given cover one that is needed: whoever may change something may also look at it. */
export function covers(given: readonly Scope[], needed: Scope): boolean {
  return needed === 'read' || given.includes(needed) || given.includes('admin');
}

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
