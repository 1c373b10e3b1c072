import type { Feature } from '@holdfast/contracts/dataset';
import type { FittedColumn } from '@holdfast/core/preprocessing/feature-pipeline';
import { readBoolean } from '../datasets/guess-kind.ts';
import { parseTime } from '../datasets/written-times.ts';

/** A feature of a model, and how its cells become numbers. */
export interface FeatureReader {
  name: string;
  kind: Feature['kind'];
  /** Codes of a category's values; any other text is −1. */
  codes: ReadonlyMap<string, number>;
  /** Whether something was fitted for rows that miss it. */
  mayMiss: boolean;
}

/** @param columns of the model's pipeline */
export function createFeatureReaders(
  features: readonly Feature[],
  columns: readonly FittedColumn[] | null,
): FeatureReader[] {
  return features.map(({ name, kind, categories = [] }, column) => ({
    name,
    kind,
    codes: new Map(categories.map((category, code) => [category, code])),
    // A category's missing value without a fill is a value that was never seen: all zeros.
    mayMiss: columns !== null && (kind === 'category' || columns[column]!.fill !== null),
  }));
}

/** A cell of JSON: its number (NaN where missing), or what is wrong with it. */
export function readCell({ kind, codes, mayMiss }: FeatureReader, cell: unknown): number | string {
  if (cell === undefined)
    return `is missing: every row needs each feature${mayMiss ? ', null where it has none' : ''}`;
  if (cell === null)
    return mayMiss ? Number.NaN : 'is null, and no training row misses a value: nothing was fitted for that';
  switch (kind) {
    case 'number':
      return typeof cell === 'number' ? cell : `${show(cell)}, and must be a number`;
    case 'category':
      return typeof cell === 'string'
        ? (codes.get(cell) ?? codes.get(cell.trim()) ?? -1)
        : `${show(cell)}, and must be a text, the category’s name`;
    case 'boolean':
      if (typeof cell === 'boolean') return Number(cell);
      return (
        (typeof cell === 'string' ? readBoolean(cell) : undefined) ??
        `${show(cell)}, and must be true or false`
      );
    case 'date':
      return (
        (typeof cell === 'string' ? parseTime(cell) : undefined) ??
        `${show(cell)}, and must be a date such as "2024-02-29"`
      );
  }
}

function show(cell: unknown): string {
  if (typeof cell === 'string') return `is the text ${JSON.stringify(cell.slice(0, 40))}`;
  return typeof cell === 'object' ? 'is a list or an object' : `is ${String(cell)}`;
}
