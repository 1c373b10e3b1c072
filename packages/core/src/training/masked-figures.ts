import type { MaskedFigures } from '@holdfast/contracts/trial';
import type { Seed } from '@holdfast/numeric/derive-seed';
import { createDropoutMasks } from '../dropout/dropout-masks.ts';
import { RowNetwork } from '../kernels/row-network.ts';
import { packRow } from '../layers/row.ts';
import { lossAndAccuracy } from '../losses/loss-and-accuracy.ts';
import { type PreparedRows, selectRows } from './evaluation.ts';
import type { TrainedRows } from './train-rows.ts';

type Kept = Pick<TrainedRows, 'layers' | 'parameters' | 'steps'> & { training: PreparedRows };

/** Multiply-adds: some 10 ms, however many rows there are. */
const mostWork = 8_388_608;
const fewestRows = 100;

/**
 * Data loss and accuracy of the kept parameters on training rows with units switched off as the next step would switch them off; of
 * many rows a sample, evenly spaced. Without dropout a model does better than that on the same rows, so that with dropout a
 * validation loss below these figures is what is to be expected. `null` where the network drops nothing.
 */
export function maskedFigures(
  { layers, parameters, training, steps }: Kept,
  seed: Seed,
): MaskedFigures | null {
  if (layers.every(({ dropout }) => dropout === 0)) return null;
  const count = Math.min(
    training.rows.length,
    Math.max(fewestRows, Math.floor(mostWork / parameters.length)),
  );
  const places = Int32Array.from({ length: count }, (_, i) => Math.floor((i * training.rows.length) / count));
  const perRow = training.targets.length / training.rows.length;
  const targets = selectRows(
    training.targets as Float32Array,
    perRow,
    places,
    new (training.targets.constructor as Float32ArrayConstructor)(count * perRow),
  );
  const head = layers.at(-1)!;
  const outputs = predictMasked({ layers, parameters, training, steps }, places, seed);
  const { loss, accuracy } = lossAndAccuracy(head, targets, outputs);
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return { trainingLoss: finite(loss), trainingAccuracy: finite(accuracy), rows: count };
}

/** Rows × outputs. */
function predictMasked(
  { layers, parameters, training, steps }: Kept,
  places: Int32Array,
  seed: Seed,
): Float32Array {
  const network = new RowNetwork(layers, parameters);
  const masks = createDropoutMasks({ kind: 'drawn', seed });
  const { units } = network.head;
  const mask = new Uint8Array(network.z.length);
  const outputs = new Float32Array(places.length * units);
  const width = layers[0]!.inputs;
  for (const [i, place] of places.entries()) {
    packRow(training.features, place * width, width, network.inputs[0]!);
    network.forward((l) => {
      const layer = layers[l]!;
      if (layer.dropout === 0) return null;
      masks.fill(steps, l, i, layer.units, layer.dropout, mask);
      return mask;
    });
    outputs.set(network.z.subarray(0, units), i * units);
  }
  return outputs;
}
