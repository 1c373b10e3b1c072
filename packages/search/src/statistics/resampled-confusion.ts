import type { FoldsOf, ResampledScore } from './fold-measure.ts';
import type { ResamplingUnits } from './resampling-units.ts';

/** From one confusion table over all folds, or one for each output and then their mean. */
export function scoreConfusion(folds: FoldsOf<'confusion'>, { ofRow }: ResamplingUnits): ResampledScore {
  const { tables, classes, statistic, positiveAlone } = folds[0]!.measure;
  const entries = folds.reduce((sum, { rows }) => sum + rows.length * tables, 0);
  const unitOf = new Int32Array(entries);
  const cellOf = new Int32Array(entries);
  let entry = 0;
  for (const { rows, measure } of folds) {
    for (let i = 0; i < rows.length; i++) {
      for (let table = 0; table < tables; table++) {
        const at = i * tables + table;
        unitOf[entry] = ofRow[rows[i]!]!;
        cellOf[entry] = (table * classes + measure.truth[at]!) * classes + measure.predicted[at]!;
        entry += 1;
      }
    }
  }
  const cells = new Float64Array(tables * classes * classes);
  const of = statistic === 'f1' ? f1Of : recallOf;
  const first = positiveAlone ? 1 : 0;
  return (weights) => {
    cells.fill(0);
    for (let i = 0; i < entries; i++) cells[cellOf[i]!]! += weights[unitOf[i]!]!;
    let sum = 0;
    let defined = 0;
    for (let table = 0; table < tables; table++) {
      for (let c = first; c < classes; c++) {
        const value = of(cells, table * classes * classes, classes, c);
        if (Number.isNaN(value)) continue;
        sum += value;
        defined += 1;
      }
    }
    return sum / defined;
  };
}

function recallOf(cells: Float64Array, start: number, classes: number, c: number): number {
  let rows = 0;
  for (let predicted = 0; predicted < classes; predicted++) rows += cells[start + c * classes + predicted]!;
  return cells[start + c * classes + c]! / rows;
}

/** 2·TP / (2·TP + FP + FN). */
function f1Of(cells: Float64Array, start: number, classes: number, c: number): number {
  let both = 0;
  for (let other = 0; other < classes; other++)
    both += cells[start + c * classes + other]! + cells[start + other * classes + c]!;
  return (2 * cells[start + c * classes + c]!) / both;
}
