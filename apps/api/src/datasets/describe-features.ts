import type { Feature } from '@holdfast/contracts/dataset';
import type { TrainingRows } from '@holdfast/db/datasets';
import type { AssembledDataset } from './assemble-dataset.ts';

/**
 * What the features hold, from the training rows alone: a category's values are those that stand there, and whether
 * there are missing values is what is so there. Rewrites the codes of categories in both to match; in test rows, −1 is
 * a value that no training row has.
 */
export function describeFeatures(
  data: Pick<AssembledDataset, 'features' | 'uses'>,
  training: TrainingRows,
  test: TrainingRows,
): Feature[] {
  return data.features.map((name, column): Feature => {
    const { kind, vocabulary, missing } = data.uses[column]!;
    const seen = new Uint8Array(vocabulary.length);
    let absent = 0;
    for (let row = 0; row < training.rows; row++) {
      const value = training.features[row * training.columns + column]!;
      if (Number.isNaN(value)) absent++;
      else if (kind === 'category') seen[value] = 1;
    }
    const feature: Feature = { name, kind };
    if (kind === 'category') {
      const codeOf = new Float64Array(vocabulary.length).fill(-1);
      feature.categories = vocabulary.filter((_, code) => seen[code] === 1);
      let next = 0;
      for (const [code, is] of seen.entries()) if (is === 1) codeOf[code] = next++;
      for (const { rows, columns, features } of [training, test]) {
        for (let at = column; at < rows * columns; at += columns) {
          if (!Number.isNaN(features[at]!)) features[at] = codeOf[features[at]!]!;
        }
      }
    }
    if (absent > 0) feature.missing = { rows: absent, filledWith: missing };
    return feature;
  });
}
