import { type DatasetSpec, datasetSpecSchema } from '@holdfast/contracts/dataset';
import { datasetIdSchema } from '@holdfast/contracts/identifiers';
import { toPlacedMessages } from '@holdfast/contracts/json-pointer';
import { DatasetError } from './dataset-error.ts';

/**
 * What was sent as a spec, checked and with its defaults. Where it names groups and no test split, the split is
 * by group: rows of one group stay together.
 * @throws DatasetError with pointers
 */
export function parseDatasetSpec(sent: unknown): DatasetSpec {
  const parsed = datasetSpecSchema.safeParse(sent);
  if (!parsed.success) throw new DatasetError(toPlacedMessages(parsed.error, datasetSpecSchema));
  const spec = parsed.data;
  if (datasetIdSchema.safeParse(spec.name).success) {
    throw new DatasetError([{ pointer: '/name', message: 'A name cannot look like an id.' }]);
  }
  const splitIsGiven = (sent as { test?: unknown }).test !== undefined;
  if (spec.group !== null && spec.time === null && !splitIsGiven) {
    spec.test = { kind: 'grouped', fraction: 0.2, seed: 0 };
  }
  return spec;
}
