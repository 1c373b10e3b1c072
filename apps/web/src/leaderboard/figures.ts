/** Four decimals, or an exponent where these would hide the figure. */
export function decimal(figure: number | null): string {
  if (figure === null) return '–';
  const size = Math.abs(figure);
  return size !== 0 && (size < 0.0005 || size >= 100_000) ? figure.toExponential(2) : figure.toFixed(4);
}

/** A hyperparameter's value as one reads it. */
export function parameter(value: unknown): string {
  if (value === undefined) return '–';
  if (typeof value === 'number') return String(Number(value.toPrecision(4)));
  return typeof value === 'string' ? value : JSON.stringify(value);
}
