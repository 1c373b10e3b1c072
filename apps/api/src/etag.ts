import { createHash } from 'node:crypto';
import { holdfastVersion } from '@holdfast/contracts/versions';

/**
 * A strong validator: the revision, and what of it is shown. `representation` names the resource and every
 * parameter that changes its bytes; the software's version is part of it, since it may write them differently.
 */
export function strongEtag(revision: number, representation: string): string {
  const shown = createHash('sha256').update(`${holdfastVersion}\n${representation}`).digest('base64url');
  return `"${revision}-${shown.slice(0, 16)}"`;
}

/** RFC 9110, 13.1.2: `*`, or a list of tags, compared weakly. */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
