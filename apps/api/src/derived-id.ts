import { createHash } from 'node:crypto';
import { type IdPrefix, idDigits, idLength } from './random-id.ts';

/** Of the form of `randomId`, and the same for the same parts: who makes something again finds it there. */
export function derivedId(prefix: IdPrefix, ...parts: readonly (string | number)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const base = BigInt(idDigits.length);
  let rest = BigInt(`0x${hash}`);
  let id = '';
  for (let n = 0; n < idLength; n++) {
    id += idDigits[Number(rest % base)];
    rest /= base;
  }
  return `${prefix}_${id}`;
}
