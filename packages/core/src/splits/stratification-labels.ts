import type { TrainingSet } from '../training-set.ts';
import { rowsByLabel } from './choose-fraction.ts';

/**
 * What to stratify by: the classes; of sigmoid outputs the combination of all of them (Sechidis, Tsoumakas and
 * Vlahavas 2011 call it label sets), where combinations with fewer than `folds` rows are one stratum together,
 * joined to the largest if that is still too few; `null` for regression, which has nothing to stratify by.
 */
export function stratificationLabels(data: TrainingSet, folds = 2): Int32Array | null {
  if (data.task === 'regression') return null;
  if (data.task === 'classification') return data.targets;
  const { rows, outputs, targets } = data;
  if (outputs === 1) return Int32Array.from(targets);
  const numbers = new Map<string, number>();
  const combinations = Int32Array.from({ length: rows }, (_, row) => {
    const key = targets.subarray(row * outputs, (row + 1) * outputs).join('');
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    return numbers.get(key)!;
  });
  const strata = rowsByLabel(combinations);
  const pooled: number[] = [];
  let largest = 0;
  for (const [label, members] of strata) {
    if (members.length < folds) pooled.push(...members);
    if (members.length > strata.get(largest)!.length) largest = label;
  }
  const label = pooled.length < folds ? largest : numbers.size;
  for (const row of pooled) combinations[row] = label;
  return combinations;
}
