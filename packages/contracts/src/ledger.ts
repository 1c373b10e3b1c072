import { z } from 'zod';
import { digestSchema, timeSchema } from './identifiers.ts';

const ledgerKinds = ['seal', 'reveal', 'result', 'budget', 'delete'] as const;

/**
 * One act around locked test rows. `hash` is the SHA-256 of the canonical JSON (RFC 8785) of all other fields, and
 * `previous` the hash of the entry before: whoever changes one changes all that follow.
 */
export const ledgerEntrySchema = z.strictObject({
  /** From 1, without gaps. */
  number: z.int().min(1),
  at: timeSchema,
  kind: z.enum(ledgerKinds),
  dataset: z.string(),
  data: z.record(z.string(), z.unknown()),
  /** `null` for the first. */
  previous: digestSchema.nullable(),
  hash: digestSchema,
});
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

/** The last entry of some moment, signed by the evaluator with Ed25519; see docs/locked-test.md for what is signed. */
export const ledgerHeadSchema = z.strictObject({
  entries: z.int().min(1),
  hash: digestSchema,
  /** 32 bytes, base64. */
  publicKey: z.base64(),
  /** 64 bytes, base64. */
  signature: z.base64(),
  signedAt: timeSchema,
});
export type LedgerHead = z.infer<typeof ledgerHeadSchema>;

/** The newest signed head; entries of the last seconds may not be signed yet. */
export const ledgerHeadAnswerSchema = z.object({
  entries: z.int().min(0),
  hash: digestSchema.nullable(),
  signed: ledgerHeadSchema.nullable(),
});
export type LedgerHeadAnswer = z.infer<typeof ledgerHeadAnswerSchema>;

export const ledgerVerificationSchema = z.object({
  valid: z.boolean(),
  entries: z.int().min(0),
  head: digestSchema.nullable(),
  /** Number of the first entry that is changed, missing or out of place. */
  firstInvalidEntry: z.int().nullable(),
  /** Why it is not valid. */
  reason: z.string().nullable(),
});
export type LedgerVerification = z.infer<typeof ledgerVerificationSchema>;
