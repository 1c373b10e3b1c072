import type { DatasetSpec, SpiralSource } from '@holdfast/contracts/dataset';
import type { PlacedMessage } from '@holdfast/contracts/json-pointer';
import { generateSpiral } from '@holdfast/core/data/spiral';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import type { AssembledDataset } from './assemble-dataset.ts';
import { DatasetError } from './dataset-error.ts';
import { numberUse } from './read-feature.ts';
import { type RowFacts, splitDataset } from './split-dataset.ts';
import { defaultTableLimits } from './table-builder.ts';

/** The one target that the spiral has. */
const target = 'class';

/**
 * The spiral's rows, class after class: features `x` and `y`, classes `0`, `1`, ….
 * @throws DatasetError where the spec names columns that the spiral does not have
 */
export function makeSpiralDataset(spec: DatasetSpec, source: SpiralSource): AssembledDataset {
  const errors = checkSpec(spec, source);
  if (errors.length > 0) throw new DatasetError(errors);
  const { samplesPerClass, classes, noise } = source;
  let spiral: ReturnType<typeof generateSpiral>;
  try {
    spiral = generateSpiral({ samplesPerClass, classes, noise, seed: deriveSeed(source.seed) });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DatasetError([{ pointer: '/source', message: `${error.message}.` }]);
  }
  const { rows, features, labels } = spiral;
  // As of all numbers that are classes, their text's code points give the order: 10 comes before 2.
  const names = Array.from({ length: classes }, (_, label) => String(label)).sort();
  const rowFacts: RowFacts = {
    task: 'classification',
    rows,
    outputs: classes,
    classes: names,
    targets: labels.map((label) => names.indexOf(String(label))),
    groups: null,
    times: null,
    testFrom: null,
  };
  return {
    ...rowFacts,
    split: splitDataset(rowFacts, spec),
    target: [target],
    features: ['x', 'y'],
    uses: [numberUse, numberUse],
    columns: [0, 1].map((column) =>
      Float64Array.from({ length: rows }, (_, row) => features[2 * row + column]!),
    ),
    notes: [],
  };
}

function checkSpec(spec: DatasetSpec, source: SpiralSource): PlacedMessage[] {
  const errors: PlacedMessage[] = [];
  const blame = (pointer: string, message: string) => errors.push({ pointer, message });
  const named = [spec.target ?? target].flat();
  if (named.length !== 1 || named[0] !== target) blame('/target', 'The target of the spiral is "class".');
  if (spec.task !== 'classification') blame('/task', 'The spiral is a classification.');
  if (spec.drop.length > 0) blame('/drop', 'The spiral has two features, "x" and "y", and both are needed.');
  if (Object.keys(spec.columns).length > 0) blame('/columns', 'The features of the spiral are numbers.');
  if (spec.group !== null) blame('/group', 'The spiral has no groups.');
  if (spec.time !== null) blame('/time', 'The spiral has no time.');
  if (spec.test.kind === 'grouped') blame('/test/kind', 'The spiral has no groups.');
  if (spec.test.kind === 'file') blame('/test/kind', 'The spiral is generated: there is no file.');
  if (spec.test.kind === 'latest' || spec.test.kind === 'blocks')
    blame('/test/kind', 'The spiral has no time.');
  const rows = source.samplesPerClass * source.classes;
  if (3 * rows > defaultTableLimits.cells) {
    blame(
      '/source/samplesPerClass',
      `${rows} rows are too many; at most ${Math.floor(defaultTableLimits.cells / 3)}.`,
    );
  }
  return errors;
}
