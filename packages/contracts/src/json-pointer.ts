import type { z } from 'zod';

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

/** Zod's issues with their places. Of a union, the branch that came furthest speaks for it. */
export function toPlacedMessages(error: z.ZodError): PlacedMessage[] {
  return error.issues.flatMap((issue) => flatten(issue, []));
}

function flatten(issue: z.core.$ZodIssue, prefix: readonly PropertyKey[]): PlacedMessage[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: toJsonPointer([...path, key]),
      message: 'Unknown field. Remove it, or check its spelling.',
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const deepest = furthest(issue.errors);
    if (deepest) return deepest.flatMap((inner) => flatten(inner, path));
  }
  return [{ pointer: toJsonPointer(path), message: issue.message }];
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
