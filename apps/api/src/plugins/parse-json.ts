import type { PlacedMessage } from '@holdfast/contracts/json-pointer';
import { toJsonPointer } from '@holdfast/contracts/json-pointer';

/** Deeper than any document that this service takes, and far from exhausting a stack. */
const deepest = 32;
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

export class MalformedJsonError extends Error {
  override readonly name = 'MalformedJsonError';
}

/** What the document says must not be said: each place with the reason. */
export class UnsafeJsonError extends Error {
  override readonly name = 'UnsafeJsonError';
  readonly places: PlacedMessage[];

  constructor(places: PlacedMessage[]) {
    super('The body holds keys or text that cannot be taken.');
    this.places = places;
  }
}

/**
 * JSON text as UTF-8 to a value. Keys that reach an object's prototype, text that Postgres cannot hold and
 * boundless nesting are errors with their places, wherever they stand.
 * @throws MalformedJsonError, UnsafeJsonError
 */
export function parseJson(body: Buffer): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new MalformedJsonError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  const places = findUnsafe(value);
  if (places.length > 0) throw new UnsafeJsonError(places);
  return value;
}

function findUnsafe(root: unknown): PlacedMessage[] {
  const found: PlacedMessage[] = [];
  const open: { value: unknown; path: readonly PropertyKey[] }[] = [{ value: root, path: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next;
    if (typeof value === 'string') {
      const complaint = complainAboutText(value);
      if (complaint) found.push({ pointer: toJsonPointer(path), message: complaint });
    } else if (typeof value === 'object' && value !== null) {
      if (path.length >= deepest) {
        found.push({ pointer: toJsonPointer(path), message: `Nested deeper than ${deepest} levels.` });
        continue;
      }
      for (const [key, inner] of Object.entries(value)) {
        const place = [...path, key];
        const complaint = forbiddenKeys.has(key) ? 'This key is not allowed.' : complainAboutText(key);
        if (complaint) found.push({ pointer: toJsonPointer(place), message: complaint });
        else if (typeof inner === 'object' || typeof inner === 'string')
          open.push({ value: inner, path: place });
      }
    }
  }
  return found;
}

function complainAboutText(text: string): string | undefined {
  if (text.includes('\0')) return 'Text must not hold the character U+0000.';
  return /\p{Surrogate}/u.test(text) ? 'Text must not hold half a surrogate pair.' : undefined;
}
