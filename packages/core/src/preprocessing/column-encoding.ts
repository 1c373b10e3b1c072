import type { Feature, MissingStrategy } from '@holdfast/contracts/dataset';

/** What a column of raw features holds and what becomes of it, by numbers alone: names stay with the data set. */
export interface ColumnEncoding {
  /**
   * A number or date is one input; a boolean one of 0 and 1; a category one of 0 and 1 for each value that it may
   * have. Missing is NaN in all of them.
   */
  kind: Feature['kind'];
  /** A category's values are codes from 0 to categories − 1; any other code is an unseen value. Else 0. */
  categories: number;
  /** How missing values are filled; `null` where the data set's training rows have none. */
  missing: MissingStrategy | null;
}

/** `null` where every column is a number in every row, as it stands: then there is nothing to encode. */
export function describeEncodings(features: readonly Feature[]): ColumnEncoding[] | null {
  const encodings = features.map(({ kind, categories, missing }) => ({
    kind,
    categories: categories?.length ?? 0,
    missing: missing?.filledWith ?? null,
  }));
  return encodings.every(isPlain) ? null : encodings;
}

function isPlain({ kind, missing }: ColumnEncoding): boolean {
  return (kind === 'number' || kind === 'date') && missing === null;
}

/** Whether an input of 0 and 1 tells that the value was missing: an own category tells it already. */
export function hasIndicator({ missing }: ColumnEncoding): boolean {
  return missing !== null && missing !== 'ownCategory';
}

/** Inputs that hold the value itself. */
export function valueInputs({ kind, categories, missing }: ColumnEncoding): number {
  if (kind !== 'category') return 1;
  return categories + (missing === 'ownCategory' ? 1 : 0);
}

/**
 * Inputs of a network on these columns. It follows from the data set alone and not from a fold, so that networks
 * have the same shape in every fold.
 */
export function countInputs(
  columns: number,
  encodings: readonly ColumnEncoding[] | null | undefined,
): number {
  if (!encodings) return columns;
  return encodings.reduce((sum, column) => sum + valueInputs(column) + (hasIndicator(column) ? 1 : 0), 0);
}
