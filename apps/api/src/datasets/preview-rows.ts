import type { Dataset, DatasetPreview } from '@holdfast/contracts/dataset';
import type { TrainingRows } from '@holdfast/db/datasets';
import { showValue } from './show-value.ts';

/** Training rows as people read them: features, then targets, classes by name. */
export function previewRows(dataset: Dataset, training: TrainingRows): DatasetPreview {
  const perRow = dataset.task === 'classification' ? 1 : dataset.target.length;
  const rows = Array.from({ length: training.rows }, (_, row) => {
    const features = Array.from(dataset.features, (feature, column) =>
      showValue(feature, training.features[row * training.columns + column]!),
    );
    const targets = Array.from(training.targets.subarray(row * perRow, (row + 1) * perRow));
    const shown =
      dataset.task === 'classification' ? targets.map((target) => dataset.classes[target]!) : targets;
    return [...features, ...shown];
  });
  return { columns: [...dataset.features.map((feature) => feature.name), ...dataset.target], rows };
}
