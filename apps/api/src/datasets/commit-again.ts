import {
  type Dataset,
  type DatasetSpec,
  datasetSpecSchema,
  spiralSourceSchema,
  testSplitSchema,
} from '@holdfast/contracts/dataset';
import type { Opening } from '@holdfast/contracts/reveal';
import { commitmentOf } from '@holdfast/db/seal-test-rows';
import { type AssembledDataset, assembleDataset } from './assemble-dataset.ts';
import { gatherRows } from './dataset-rows.ts';
import { describeFeatures } from './describe-features.ts';
import { readTable } from './read-table.ts';
import { makeSpiralDataset } from './spiral-dataset.ts';
import { withTestRows } from './with-test-rows.ts';

type Bytes = AsyncIterable<Uint8Array>;

/**
 * The commitment to a data set's test rows, made again from the file that was uploaded and what a reveal has opened: the same
 * as at the creation where, and only where, the rows that were sealed are those of the file.
 * @param files what was uploaded; none for generated data
 * @throws DatasetError where the file does not fit the data set
 */
export async function commitAgain(
  dataset: Dataset,
  opening: Opening,
  files: { file?: Bytes | undefined; test?: Bytes | undefined },
): Promise<string> {
  const { salt } = opening;
  // Parsed again, their keys are in the order in which they were sealed.
  const split = testSplitSchema.parse(opening.split);
  const made = opening.source == null ? null : spiralSourceSchema.parse(opening.source);
  const data = await assemble(dataset, split, made, files);
  const { trainingRows, testRows } = data.split;
  const training = gatherRows(data, trainingRows);
  const test = gatherRows(data, testRows);
  const kinds = describeFeatures(data, training, test);
  return commitmentOf(salt, { split, source: made }, { ...data, kinds }, test);
}

async function assemble(
  dataset: Dataset,
  split: Opening['split'],
  source: DatasetSpec['source'],
  { file, test }: { file?: Bytes | undefined; test?: Bytes | undefined },
): Promise<AssembledDataset> {
  const { name, task, target, group, time, features } = dataset;
  // Where rows without one were refused, there are none.
  const rowsWithoutTarget = 'leaveOut';
  const spec = { name, task, target, group, time, test: split, source, allowLeak: true, rowsWithoutTarget };
  if (source !== null) return makeSpiralDataset(datasetSpecSchema.parse(spec), source);
  if (file === undefined) throw new TypeError('The file that was uploaded is needed.');
  const table = withTestRows(await readTable(file), test && (await readTable(test)), { test: split });
  const used = new Set([...features.map((feature) => feature.name), ...target, group, time]);
  return assembleDataset(
    table,
    datasetSpecSchema.parse({
      ...spec,
      drop: table.columns.map((column) => column.name).filter((column) => !used.has(column)),
      columns: Object.fromEntries(
        features.map((feature) => [
          feature.name,
          { kind: feature.kind, ...(feature.missing && { missing: feature.missing.filledWith }) },
        ]),
      ),
    }),
  );
}
