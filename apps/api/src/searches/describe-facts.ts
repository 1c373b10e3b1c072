import type { Dataset } from '@holdfast/contracts/dataset';
import type { DatasetFacts } from '@holdfast/search/dataset-facts';
import type { TrainingLabels } from './training-labels.ts';

/** What a plan needs to know of a data set. */
export function describeFacts(dataset: Dataset, { groupCount }: TrainingLabels): DatasetFacts {
  return {
    id: dataset.id,
    name: dataset.name,
    task: dataset.task,
    trainRows: dataset.rows.train,
    rowsPerClass: dataset.rowsPerClass,
    group: dataset.group !== null,
    time: dataset.time !== null,
    ...(groupCount !== undefined && { groups: groupCount }),
  };
}
