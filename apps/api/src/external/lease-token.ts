import { createHash } from 'node:crypto';
import type { FoldRunKey } from '@holdfast/contracts/jobs';

type Place = FoldRunKey & { search: string };

/**
 * Names one attempt at one fold run: the attempt, which is the fence, and a digest of all of it, so that a result cannot be
 * taken for that of another fold run. It is no secret: who may hand in results is what keys are for.
 */
export function leaseToken(place: Place, attempt: number): string {
  const { search, trial, repeat, fold } = place;
  const digest = createHash('sha256').update(`${search} ${trial} ${repeat} ${fold} ${attempt}`).digest('hex');
  return `${attempt}-${digest.slice(0, 16)}`;
}

/** The attempt that a token names; `null` where it is none of this fold run. */
export function attemptOf(place: Place, token: string): number | null {
  const attempt = Number(/^([1-9]\d{0,8})-[0-9a-f]{16}$/.exec(token)?.[1]);
  return Number.isInteger(attempt) && leaseToken(place, attempt) === token ? attempt : null;
}
