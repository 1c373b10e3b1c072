/** Marks a row that no fold validates, as most are in a holdout. */
export const NEVER_VALIDATED = 0xffff;
/** Marks a row that is no part of the search at all: one of the outer fold, for an inner search. */
export const OUTSIDE = 0xfffe;

/** Row indices, ascending. */
export interface Fold {
  validationRows: Int32Array;
  trainingRows: Int32Array;
}

/**
 * The rows of one fold from the compact encoding: per repeat, each row's fold number, or `NEVER_VALIDATED`.
 * @param gap rows left out of training on either side of the validation rows (blocked folds; rows in time order)
 * @throws RangeError for a repeat or fold that is not in it
 */
export function foldRows(encoding: readonly Uint16Array[], repeat: number, fold: number, gap = 0): Fold {
  const folds = encoding[repeat];
  if (folds === undefined) throw new RangeError(`There is no repeat ${repeat} among ${encoding.length}`);
  const rows = folds.length;
  const validates = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) if (folds[row] === fold) validates[row] = 1;
  const validationRows: number[] = [];
  const trainingRows: number[] = [];
  let lastValidation = -Infinity;
  let nextValidation = 0;
  for (let row = 0; row < rows; row++) {
    if (validates[row] === 1) {
      validationRows.push(row);
      lastValidation = row;
      continue;
    }
    if (folds[row] === OUTSIDE) continue;
    if (gap > 0) {
      while (nextValidation < rows && (nextValidation < row || validates[nextValidation] === 0))
        nextValidation++;
      if (row - lastValidation <= gap || (nextValidation < rows && nextValidation - row <= gap)) continue;
    }
    trainingRows.push(row);
  }
  if (validationRows.length === 0) throw new RangeError(`There is no fold ${fold} in repeat ${repeat}`);
  return { validationRows: Int32Array.from(validationRows), trainingRows: Int32Array.from(trainingRows) };
}
