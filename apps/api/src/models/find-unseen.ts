import type { Feature, Warning } from '@holdfast/contracts/dataset';
import type { FeatureRows } from './read-rows.ts';

/** One warning for each category in which rows have a value that no training row has. */
export function findUnseen(columns: readonly Feature[], { rows, features }: FeatureRows): Warning[] {
  return columns.flatMap(({ name, kind }, column) => {
    if (kind !== 'category') return [];
    const unseen: number[] = [];
    for (let row = 0; row < rows; row++) if (features[row * columns.length + column] === -1) unseen.push(row);
    if (unseen.length === 0) return [];
    const more = unseen.length > 1 ? ` and ${unseen.length - 1} more` : '';
    const message = `Row ${unseen[0]}${more}: no training row has this value of ${JSON.stringify(name)}; it counts as none of the known ones.`;
    return [{ code: 'unseenCategory', message }];
  });
}
