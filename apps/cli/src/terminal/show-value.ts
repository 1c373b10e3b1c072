/** A hyperparameter as people read it: numbers to four digits, text without quotes, nothing as a dash. */
export function showValue(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(4)));
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '–');
}
