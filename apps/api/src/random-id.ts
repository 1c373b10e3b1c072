import { randomInt } from 'node:crypto';

const digits = '0123456789abcdefghijklmnopqrstuvwxyz';

/** `se_` and twenty letters and digits that nobody can guess: 103 bits. */
export function randomId(prefix: 'ds' | 'se' | 'mo' | 'rq' | 'rv'): string {
  return `${prefix}_${Array.from({ length: 20 }, () => digits[randomInt(digits.length)]).join('')}`;
}
