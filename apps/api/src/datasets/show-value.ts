import type { Feature } from '@holdfast/contracts/dataset';

/** A raw feature's value as it would be written in a file; `null` where it is missing, or a category that is none. */
export function showValue({ kind, categories }: Feature, value: number): number | string | null {
  if (Number.isNaN(value)) return null;
  switch (kind) {
    case 'number':
      return value;
    case 'category':
      return categories![value] ?? null;
    case 'boolean':
      return value === 1 ? 'true' : 'false';
    case 'date':
      return new Date(value).toISOString();
  }
}
