/** Four decimals, or an exponent where these would hide the figure. */
export function decimal(figure: number | null | undefined, digits = 4): string {
  if (figure === null || figure === undefined) return '–';
  const size = Math.abs(figure);
  return size !== 0 && (size < 0.0005 || size >= 100_000) ? figure.toExponential(2) : figure.toFixed(digits);
}

/** As many digits as tell it from its neighbours, and no more; small ones with an exponent. */
export function short(figure: number): string {
  const size = Math.abs(figure);
  const rounded = Number(figure.toPrecision(4));
  return size !== 0 && size < 0.001 ? rounded.toExponential() : String(rounded);
}

export function count(number: number): string {
  return number.toLocaleString('en');
}

export function percent(share: number, digits = 0): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** `1 trial`, `20 trials`. */
export function countOf(number: number, one: string, several = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : several}`;
}

/** A hyperparameter's value as one reads it. */
export function parameter(value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'number') return short(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(' · ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A value that is written as in the conditions of `?where=`, as one reads it. */
export function category(text: string): string {
  return text.startsWith('[') ? parameter(JSON.parse(text)) : text;
}
