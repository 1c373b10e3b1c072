import { z } from 'zod';

/** Every error type of the service, once. `type` is `/docs/errors#<key>`; the key is stable. */
export const problemTypes = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'malformed-json': { status: 400, title: 'The body is not JSON' },
  unauthorized: { status: 401, title: 'An API key is needed' },
  forbidden: { status: 403, title: 'This is not allowed' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'method-not-allowed': { status: 405, title: 'This address does not take that method' },
  conflict: { status: 409, title: 'This conflicts with what is there' },
  'name-taken': { status: 409, title: 'The name is taken' },
  'dataset-in-use': { status: 409, title: 'A search uses this data set' },
  'search-running': { status: 409, title: 'The search is not over' },
  'reveal-budget-spent': { status: 409, title: 'The test rows have been seen' },
  'lease-lost': { status: 409, title: 'The fold run is somebody else’s now' },
  'model-not-ready': { status: 409, title: 'The model is not trained' },
  'idempotency-in-progress': {
    status: 409,
    title: 'The first request with this key is still being answered',
  },
  'too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, title: 'This content type is not taken here' },
  'invalid-dataset': { status: 422, title: 'The data set cannot be used' },
  'invalid-search': { status: 422, title: 'The search cannot be run' },
  'invalid-result': { status: 422, title: 'The result cannot be taken' },
  'invalid-rows': { status: 422, title: 'The rows cannot be predicted' },
  'idempotency-mismatch': { status: 422, title: 'The idempotency key was used with another request' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong in Holdfast' },
  unavailable: { status: 503, title: 'Holdfast is not ready' },
} as const satisfies Record<string, { status: number; title: string }>;
export type ProblemType = keyof typeof problemTypes;

const placedMessageSchema = z.object({
  pointer: z.string(),
  message: z.string(),
  /** What would mend it, to be merged into what was sent: columns to be left out of a data set. */
  suggestion: z
    .object({
      drop: z.array(z.string()).optional(),
      rowsWithoutTarget: z.literal('leaveOut').optional(),
    })
    .optional(),
});

/** RFC 9457 `application/problem+json`; `errors` is never empty on 400 and 422. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(placedMessageSchema).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
