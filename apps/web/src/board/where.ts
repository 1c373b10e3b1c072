import { category } from '../format/figures.ts';

/** One condition of `?where=`: a name, and ranges or values. */
export interface Condition {
  name: string;
  text: string;
}

function readCondition(where: string): Condition {
  const colon = where.indexOf(':');
  return { name: where.slice(0, colon), text: where.slice(colon + 1) };
}

export const writeCondition = ({ name, text }: Condition) => `${name}:${text}`;

/** The conditions with the one on `name` put in the place of its former one, or taken away. */
export function withCondition(where: readonly string[], name: string, text: string | null): string[] {
  const others = where.filter((one) => readCondition(one).name !== name);
  return text === null ? others : [...others, writeCondition({ name, text })];
}

export const conditionOn = (where: readonly string[], name: string) =>
  where.map(readCondition).find((condition) => condition.name === name)?.text ?? null;

/** `[min, max]` of a range, with infinite ends where one is open; `null` for anything else. */
export function readRange(text: string): [number, number] | null {
  const ends = text.split('..');
  if (ends.length !== 2) return null;
  const [min, max] = [Number(ends[0] || '-Infinity'), Number(ends[1] || 'Infinity')];
  return Number.isNaN(min) || Number.isNaN(max) ? null : [min, max];
}

export function writeRange([min, max]: readonly [number, number]): string {
  const end = (value: number) => (Number.isFinite(value) ? String(value) : '');
  return `${end(min)}..${end(max)}`;
}

/** As one reads it. */
export function describeCondition(where: string): string {
  const { name, text } = readCondition(where);
  const range = readRange(text);
  if (!range) return `${name}: ${text.split('|').map(category).join(' or ')}`;
  const [min, max] = range.map((end) => (Number.isFinite(end) ? String(Number(end.toPrecision(4))) : null));
  if (min === null) return `${name} ≤ ${max}`;
  return max === null ? `${name} ≥ ${min}` : `${name} ${min} to ${max}`;
}
