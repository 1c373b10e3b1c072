type Confusion = readonly (readonly number[])[];

/** The sum over the folds that have one; `null` where none has. */
export function addConfusions(confusions: readonly (Confusion | null)[]): number[][] | null {
  let sum: number[][] | null = null;
  for (const confusion of confusions) {
    if (confusion === null) continue;
    const before: number[][] | null = sum;
    sum = confusion.map((row, truth) => row.map((n, predicted) => n + (before?.[truth]?.[predicted] ?? 0)));
  }
  return sum;
}
