import type { TrainingSetup } from '@holdfast/core/kernels/engine';
import { nativeEngineBytes } from '@holdfast/core/kernels/native-bytes';
import type { LayerDescription } from '@holdfast/core/layers/layer-description';
import { optimizerDefaults } from '@holdfast/core/optimizers/optimizer-description';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testedKernels } from '../test/tested-kernels.ts';
import { describeTraining } from './describe-setup.ts';

const seed = '0'.repeat(16);
const plain = { dropout: 0.5, l1Weights: 0, l2Weights: 0, l1Biases: 0, l2Biases: 0 };
const width = fc.integer({ min: 1, max: 600 });

test.each(testedKernels())('%s: memory is what was estimated', (_name, kernels) => {
  fc.assert(
    fc.property(
      fc.array(width, { minLength: 2, maxLength: 5 }),
      fc.constantFrom('softmax', 'sigmoid', 'linear'),
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.boolean(),
      (sizes, activation, rows, validationRows, weighted) => {
        const layers = sizes.slice(1).map(
          (units, l): LayerDescription => ({
            ...plain,
            inputs: sizes[l]!,
            units,
            activation: l === sizes.length - 2 ? activation : 'relu',
          }),
        );
        const outputs = sizes.at(-1)!;
        const setup: TrainingSetup = {
          layers,
          optimizer: { ...optimizerDefaults, kind: 'adam', learningRate: 0.1, decay: 0 },
          parameters: new Float32Array(0),
          rows,
          features: new Float32Array(0),
          targets: new Int32Array(0),
          lossWeights: weighted ? new Float32Array(0) : null,
          batch: Math.max(1, Math.floor(rows / 3)),
          seed,
          dropout: { kind: 'drawn', seed },
        };
        const labelled = Number(activation === 'softmax');
        const perRow = labelled === 1 ? 1 : outputs;
        const real =
          kernels.open(describeTraining(setup), null) +
          kernels.openRows(validationRows, sizes[0]!, perRow, labelled, null);
        const estimated = nativeEngineBytes(layers, [rows, validationRows], outputs);
        expect(real).toBeLessThanOrEqual(estimated);
        // Arrays of a block have room for 128 rows however few there are, and labels need no number for each output.
        const slack =
          4 *
          (128 * 3 * sizes.reduce((sum, size) => sum + size + 16, 0) + 3 * (rows + validationRows) * outputs);
        expect(estimated).toBeLessThanOrEqual(1.6 * real + slack);
      },
    ),
    { numRuns: 300 },
  );
});
