import type { Engine, Targets } from '../kernels/engine.ts';
import { type LayerDescription, layerOffsets } from '../layers/layer-description.ts';
import {
  learningRateAt,
  type OptimizerDescription,
  optimizerDefaults,
} from '../optimizers/optimizer-description.ts';
import { regularizationLoss } from '../regularizers/penalty.ts';
import { checkTrajectory, type Trajectory, type TrajectoryExpectation } from './trajectory.ts';

function describeOptimizer({ kind, ...given }: Trajectory['optimizer']): OptimizerDescription {
  const learningRate = kind === 'sgd' || kind === 'adagrad' ? 1 : 0.001;
  return { kind, learningRate, decay: 0, ...optimizerDefaults, ...given };
}

function flatten(layers: Trajectory['layers']): Float32Array {
  return Float32Array.from(layers.flatMap(({ weights, biases }) => [...weights.flat(), ...biases]));
}

/** `mask(step, layer)` of the file, whose masks are listed for the layers that drop alone. */
function maskReader({ layers, dropoutMasks }: Trajectory): (step: number, layer: number) => Uint8Array {
  const places = new Map<number, number>();
  for (const [index, layer] of layers.entries()) if (layer.dropout > 0) places.set(index, places.size);
  let key = '';
  let mask = new Uint8Array(0);
  return (step, layer) => {
    if (key !== `${step}/${layer}`) {
      key = `${step}/${layer}`;
      mask = Uint8Array.from(dropoutMasks![step]![places.get(layer)!]!.flat());
    }
    return mask;
  };
}

/**
 * Replays a trajectory, full batch, through the engine that searches train with: only the initial parameters
 * and the dropout masks are the file's. Each step's figures are those before its update.
 * @throws RangeError naming the place where the file is not of the form.
 */
export function replayTrajectory(content: unknown, engine: Engine): TrajectoryExpectation {
  const trajectory = checkTrajectory(content);
  const { layers, steps, x, y } = trajectory;
  const descriptions: LayerDescription[] = layers.map(
    ({ weights: _weights, biases: _biases, ...layer }) => layer,
  );
  const optimizer = describeOptimizer(trajectory.optimizer);
  const head = layers.at(-1)!.activation;
  const targets: Targets =
    head === 'softmax'
      ? Int32Array.from(y as number[])
      : head === 'sigmoid'
        ? Uint8Array.from((y as number[][]).flat())
        : Float32Array.from((y as number[][]).flat());
  const parameters = flatten(layers);
  const training = engine.createTraining({
    layers: descriptions,
    optimizer,
    parameters,
    rows: x.length,
    features: Float32Array.from(x.flat()),
    targets,
    lossWeights: null,
    batch: x.length,
    // A full batch is taken as it stands: nothing is drawn.
    seed: '0'.repeat(16),
    dropout: { kind: 'given', mask: maskReader(trajectory) },
  });

  const result: TrajectoryExpectation = {
    dataLoss: [],
    regularizationLoss: [],
    accuracy: [],
    learningRate: [],
    final: [],
  };
  for (let step = 0; step < steps; step++) {
    training.readParameters(parameters);
    result.regularizationLoss.push(regularizationLoss(descriptions, parameters));
    result.learningRate.push(learningRateAt(optimizer, step));
    const { dataLoss, accuracy } = training.trainEpochs(1).lastStep;
    result.dataLoss.push(dataLoss);
    result.accuracy.push(accuracy);
  }
  training.readParameters(parameters);
  training.close();
  for (const [index, { weights, biases, end }] of layerOffsets(descriptions).entries()) {
    const { inputs, units } = descriptions[index]!;
    result.final.push({
      weights: Array.from({ length: inputs }, (_, k) =>
        Array.from(parameters.subarray(weights + k * units, weights + (k + 1) * units)),
      ),
      biases: Array.from(parameters.subarray(biases, end)),
    });
  }
  return result;
}
