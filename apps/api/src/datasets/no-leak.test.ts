import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { wasmEngine } from '@holdfast/core/kernels/wasm';
import { describeEncodings } from '@holdfast/core/preprocessing/column-encoding';
import { trainRows } from '@holdfast/core/training/train-rows';
import type { TrainingSet } from '@holdfast/core/training-set';
import { digestDataset } from '@holdfast/db/digest-dataset';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assembleDataset } from './assemble-dataset.ts';
import { DatasetError } from './dataset-error.ts';
import { gatherRows } from './dataset-rows.ts';
import { describeFeatures } from './describe-features.ts';
import { parseDatasetSpec } from './parse-dataset-spec.ts';
import { defaultTableLimits } from './table-builder.ts';
import { tableOfRows } from './table-of-rows.ts';

const params: Hyperparameters = {
  hiddenLayers: [4],
  activation: 'relu',
  optimizer: 'adam',
  learningRate: 0.05,
  l1: 0,
  l2: 1e-3,
  regularizeOutput: false,
  dropout: 0,
  scaler: 'standard',
  initializer: 'heNormal',
  noise: 0,
  classWeights: 'none',
  batchSize: 8,
  epochs: 2,
};

type Row = Record<string, number | string | boolean | null>;

const missing = { nil: null, freq: 4 };
const row = fc.record({
  n: fc.option(fc.integer({ min: -1000, max: 1000 }), missing),
  city: fc.option(fc.constantFrom('Rome', 'Oslo', 'Bern', 'Riga', 'Wien'), missing),
  paid: fc.option(fc.boolean(), missing),
  since: fc.option(
    fc.integer({ min: 0, max: 20_000 }).map((day) => new Date(day * 864e5).toISOString().slice(0, 10)),
    missing,
  ),
});

const declared = { n: 'number', city: 'category', paid: 'boolean', since: 'date' };

/** From rows as they are sent to the parameters of a network, by the way that all rows go. */
async function outcome(
  rows: Row[],
  targets: (string | number)[],
  { task, from, columns = {} }: { task: string; from: number; columns?: Record<string, string> },
) {
  const sent = rows.map((cells, i) => ({ ...cells, t: targets[i]! }));
  const spec = parseDatasetSpec({
    name: 'n',
    target: 't',
    task,
    columns,
    rows: sent,
    test: { kind: 'rows', from },
  });
  const data = assembleDataset(tableOfRows(sent, '/rows', defaultTableLimits), spec);
  const { trainingRows, testRows } = data.split;
  const [training, tested] = [gatherRows(data, trainingRows), gatherRows(data, testRows)];
  const features = describeFeatures(data, training, tested);
  const digest = await digestDataset({ ...data, kinds: features }, training);
  const { outputs } = data;
  const set = { ...training, task, outputs, encodings: describeEncodings(features) } as TrainingSet;
  const trained = trainRows(
    {
      data: set,
      params: { ...params, classWeights: task === 'classification' ? 'balanced' : 'none' },
      earlyStopping: null,
      seed: deriveSeed(0),
      engine: wasmEngine,
    },
    Int32Array.from(trainingRows.keys()),
    null,
  );
  const { pipeline, targetScaler } = trained;
  const parameters = [...new Uint32Array(trained.parameters.buffer)];
  return { features, digest, pipeline, targetScaler, parameters };
}

test.each(['classification', 'regression'])(
  '%s: nothing that is trained with depends on what the test rows hold',
  async (task) => {
    const rows = 24;
    const from = 18;
    const target: fc.Arbitrary<number | string> =
      task === 'classification' ? fc.constantFrom('a', 'b') : fc.integer({ min: 0, max: 99 });
    // Values of each column and class among the training rows, so that either file is a data set.
    const whole = { n: 1, city: 'Rome', paid: true, since: '2020-02-29' };
    const sure = task === 'classification' ? ['a', 'a', 'b', 'b'] : [1, 2, 3, 4];
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: rows, maxLength: rows }),
        fc.array(row, { minLength: rows - from, maxLength: rows - from }),
        fc.array(target, { minLength: rows, maxLength: rows }),
        fc.array(target, { minLength: rows - from, maxLength: rows - from }),
        async (held, otherRows, targets, otherTargets) => {
          const first = [whole, ...held.slice(1)];
          const labels = [...sure, ...targets.slice(sure.length)];
          const options = { task, from, columns: declared };
          const before = await outcome(first, labels, options);
          const after = await outcome(
            [...first.slice(0, from), ...otherRows],
            [...labels.slice(0, from), ...otherTargets],
            options,
          );
          expect(after).toEqual(before);
        },
      ),
      { numRuns: 60 },
    );
  },
);

/** Anything that a cell may hold, of whatever kind its column is. */
const anything = fc.oneof(
  fc.constant(null),
  fc.integer({ min: -3, max: 40_000 }),
  fc.boolean(),
  fc.constantFrom(
    'Rome',
    'yes',
    'no',
    '1',
    '12',
    '1.5',
    '?',
    'NA',
    '2024-02-29',
    '4/5/2024',
    '4/25/2024',
    'x',
  ),
  fc.string({ maxLength: 3 }),
);

test('what a column is taken to be does not depend on what the test rows hold: they fit it, or are refused', async () => {
  const from = 18;
  const base = Array.from(
    { length: from },
    (_, i): Row => ({
      n: i % 5 === 0 ? null : 3 * i,
      city: ['Rome', 'Oslo', 12, '?'][i % 4]!,
      paid: ['yes', 'no', null][i % 3]!,
      since: `${1 + i}/4/2024`,
      code: ['1', '0'][i % 2]!,
    }),
  );
  const targets = Array.from({ length: from + 6 }, (_, i) => ['a', 'b'][i % 2]!);
  const sent = { task: 'classification', from };
  const fitting = await outcome([...base, ...base.slice(0, 6)], targets, sent);
  expect(fitting.features.map(({ kind }) => kind)).toEqual([
    'number',
    'category',
    'boolean',
    'date',
    'boolean',
  ]);
  const cells = fc.record({ n: anything, city: anything, paid: anything, since: anything, code: anything });
  const one = fc.constantFrom('n', 'city', 'paid', 'since', 'code');
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(cells, { minLength: 6, maxLength: 6 }),
      fc.subarray([...'012345']),
      one,
      async (others, which, column) => {
        const tested = others.map((other, i) => {
          const row = base[i]!;
          // One column alone now and then, so that not every file is refused.
          return which.includes(String(i)) ? { ...row, [column]: other[column as 'n'] } : row;
        });
        const after = await outcome([...base, ...tested], targets, sent).catch((error: unknown) => {
          if (!(error instanceof DatasetError)) throw error;
          return null;
        });
        if (after === null) return;
        taken++;
        expect(after).toEqual(fitting);
      },
    ),
    { numRuns: 150 },
  );
  expect(taken).toBeGreaterThan(30);
});
