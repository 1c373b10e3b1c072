import { z } from 'zod';

export const datasetIdSchema = z.string().regex(/^ds_[0-9a-z]{20}$/);
export const searchIdSchema = z.string().regex(/^se_[0-9a-z]{20}$/);
export const modelIdSchema = z.string().regex(/^mo_[0-9a-z]{20}$/);

/** A name for people: trimmed, not empty, no control characters, no lone surrogates. */
export const nameSchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, { error: 'must not hold control characters or half a character' })
  .refine((name) => name.trim() === name, { error: 'must not begin or end with white space' });

/** A non-negative integer that JSON carries exactly. */
export const seedSchema = z.int().min(0);

/** As many trials as a search may come to have. */
export const trialNumberSchema = z.int().min(0).max(2_147_483_647);

/** `sha256:` and 64 hexadecimal digits. */
export const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** ISO 8601, UTC, milliseconds. */
export const timeSchema = z.iso.datetime();
