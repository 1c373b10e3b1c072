import { randomInt } from 'node:crypto';

export type IdPrefix = 'ds' | 'se' | 'mo' | 'rq' | 'rv';

export const idDigits = '0123456789abcdefghijklmnopqrstuvwxyz';
export const idLength = 20;

/** `se_` and twenty letters and digits that nobody can guess: 103 bits. */
export function randomId(prefix: IdPrefix): string {
  return `${prefix}_${Array.from({ length: idLength }, () => idDigits[randomInt(idDigits.length)]).join('')}`;
}
