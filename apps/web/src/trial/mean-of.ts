/** `null` without figures, or where one is missing: a mean of some folds is not that of all. */
export function meanOf(figures: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const figure of figures) {
    if (figure === null) return null;
    sum += figure;
  }
  return figures.length === 0 ? null : sum / figures.length;
}
