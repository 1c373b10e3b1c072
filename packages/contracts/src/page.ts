import { z } from 'zod';

/** A query string carries text alone: digits are read as a number, anything else is an error. */
export const wholeNumberQuery = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, { error: `must be a whole number from ${min} to ${max}` })
    .transform(Number)
    .refine((n) => n >= min && n <= max, { error: `must be a whole number from ${min} to ${max}` });

export const limitQuery = wholeNumberQuery(1, 1000);
export const waitSecondsQuery = wholeNumberQuery(0, 60);
export const pageQuerySchema = z.strictObject({
  limit: limitQuery.optional(),
  cursor: z.string().max(200).optional(),
});

/** A list, newest first; `nextCursor` is `null` on the last page. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
