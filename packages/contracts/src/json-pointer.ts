import type { z } from 'zod';
import { fieldNames } from './field-names.ts';
import { nearestName } from './nearest-name.ts';

/** A JSON Pointer (RFC 6901) for a path of keys and indices; `""` is the whole document. */
export function toJsonPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export interface PlacedMessage {
  /** JSON Pointer to the value; `""` where no single place is known. */
  pointer: string;
  message: string;
  /** What would mend it, to be merged into what was sent. */
  suggestion?: { drop?: string[] | undefined; rowsWithoutTarget?: 'leaveOut' | undefined };
}

/** Zod's issues with a schema, with their places. Of a union, the branch that came furthest speaks for it. */
export function toPlacedMessages(error: z.ZodError, schema: z.ZodType): PlacedMessage[] {
  return error.issues.flatMap((issue) => flatten(issue, [], schema));
}

function flatten(
  issue: z.core.$ZodIssue,
  prefix: readonly PropertyKey[],
  schema: z.ZodType,
): PlacedMessage[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const known = fieldNames(schema, path);
    return issue.keys.map((key, place) => ({
      pointer: toJsonPointer([...path, key]),
      message: unknownField(place < mostSuggestions ? nearestName(key, known) : undefined),
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const deepest = furthest(issue.errors);
    if (deepest) return deepest.flatMap((inner) => flatten(inner, path, schema));
  }
  // Zod's own words for a `kind` that there is not.
  if (issue.message.startsWith('Invalid discriminator value.') && 'options' in issue) {
    const kinds = (issue.options as unknown[]).map((kind) => JSON.stringify(kind));
    return [{ pointer: toJsonPointer(path), message: `must be one of ${kinds.join(', ')}` }];
  }
  return [{ pointer: toJsonPointer(path), message: issue.message }];
}

/** A body of a million fields is not to be compared with every name. */
const mostSuggestions = 20;

function unknownField(near: string | undefined): string {
  return near === undefined
    ? 'Unknown field. Remove it, or check its spelling.'
    : `Unknown field. Did you mean ${near}?`;
}

/** The branch whose first complaint lies deepest, where one lies deeper than the union itself. */
function furthest(branches: z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  let best: z.core.$ZodIssue[] | undefined;
  let bestDepth = 0;
  for (const branch of branches) {
    const depth = Math.max(
      0,
      ...branch.map((issue) => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0)),
    );
    if (depth > bestDepth) {
      best = branch;
      bestDepth = depth;
    }
  }
  return best;
}
