import { holdfastVersion } from '@holdfast/contracts/versions';
import { type Activation, layerOffsets } from '@holdfast/core/layers/layer-description';
import type { FittedScaler } from '@holdfast/core/preprocessing/scaler';
import type { TrainedModel } from '@holdfast/core/training/trained-model';
import type { ModelRecord } from '@holdfast/db/models';
import { ProblemError } from '../problem-error.ts';
import type { LoadedModel } from './load-model.ts';
import { encodeOnnx, type OnnxModel, type OnnxNode, type OnnxTensor, type OnnxValue } from './onnx-graph.ts';

/** Protobuf cannot carry more than 2 GiB; a little is for names. */
const mostParameterBytes = 2 ** 31 - 2 ** 20;

/** Nodes and tensors of a graph while it grows: each step takes the name of a value and gives the name of the next. */
class Graph {
  readonly nodes: OnnxNode[] = [];
  readonly tensors: OnnxTensor[] = [];

  apply(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes?: Readonly<Record<string, number>>,
  ): string {
    this.nodes.push({ operator, inputs, outputs: [output], ...(attributes && { attributes }) });
    return output;
  }

  doubles(name: string, values: Float64Array): string {
    this.tensors.push({ name, dims: [values.length], type: 'double', values });
    return name;
  }

  floats(name: string, dims: readonly number[], values: Float32Array): string {
    this.tensors.push({ name, dims, type: 'float', values });
    return name;
  }
}

const headOperators: Partial<Record<Activation, string>> = { softmax: 'Softmax', sigmoid: 'Sigmoid' };

/**
 * A model in ONNX, operator set 13, scaler inside. Input `features`: float64, rows × columns, unscaled, in the order of the
 * model's features. Outputs: `label` and `probabilities` (classification: the class's name, and one for each class; binary:
 * 0 or 1, and one for each target column), or `value` (regression: float64 in the target's own units).
 * @throws ProblemError where the model is too large for the format
 */
export function writeOnnxArtifact({ record, model }: LoadedModel): Uint8Array<ArrayBuffer> {
  if (model.parameters.byteLength > mostParameterBytes) {
    throw new ProblemError('conflict', 'The model is too large for ONNX (2 GiB). Take it as JSON.');
  }
  const graph = new Graph();
  const scaled = addScaler(graph, 'features', model.scaler);
  const head = addLayers(graph, scaled, model);
  const outputs = addOutputs(graph, head, record, model);
  return encodeOnnx(assemble(graph, outputs, record, model));
}

/** In float64, as it was fitted, and then rounded to float32. */
function addScaler(graph: Graph, input: string, { center, scale }: FittedScaler): string {
  const constant = scale.some((value) => value === 0);
  const centered = graph.apply('Sub', [input, graph.doubles('center', center)], 'centered');
  const divisor = constant ? scale.map((value) => (value === 0 ? 1 : value)) : scale;
  let scaled = graph.apply('Div', [centered, graph.doubles('scale', divisor)], 'scaled');
  if (constant) {
    // Columns that were constant in training count as 0, whatever comes.
    const kept = scale.map((value) => (value === 0 ? 0 : 1));
    scaled = graph.apply('Mul', [scaled, graph.doubles('kept', kept)], 'selected');
  }
  return graph.apply('Cast', [scaled], 'network_input', { to: 1 });
}

function addLayers(graph: Graph, input: string, { layers, parameters }: TrainedModel): string {
  const offsets = layerOffsets(layers);
  let value = input;
  for (const [l, { inputs, units, activation }] of layers.entries()) {
    const { weights, biases, end } = offsets[l]!;
    value = graph.apply(
      'Gemm',
      [
        value,
        graph.floats(`weights_${l}`, [inputs, units], parameters.subarray(weights, biases)),
        graph.floats(`biases_${l}`, [units], parameters.subarray(biases, end)),
      ],
      `sums_${l}`,
    );
    if (activation === 'relu') value = graph.apply('Relu', [value], `activations_${l}`);
    const head = headOperators[activation];
    if (head !== undefined)
      value = graph.apply(head, [value], 'probabilities', head === 'Softmax' ? { axis: 1 } : undefined);
  }
  return value;
}

function addOutputs(
  graph: Graph,
  head: string,
  { description }: ModelRecord,
  { task, outputs, targetScaler }: TrainedModel,
): OnnxValue[] {
  const probabilities: OnnxValue = { name: head, type: 'float', shape: ['rows', outputs] };
  switch (task) {
    case 'classification': {
      // The lowest index wins a tie, as everywhere here.
      const place = graph.apply('ArgMax', [head], 'class_index', {
        axis: 1,
        keepdims: 0,
        select_last_index: 0,
      });
      const { classes } = description;
      graph.tensors.push({ name: 'classes', dims: [classes.length], type: 'string', values: classes });
      graph.apply('Gather', ['classes', place], 'label', { axis: 0 });
      return [{ name: 'label', type: 'string', shape: ['rows'] }, probabilities];
    }
    case 'binary': {
      const threshold = graph.floats('threshold', [1], Float32Array.of(0.5));
      graph.apply('Cast', [graph.apply('Greater', [head, threshold], 'is_positive')], 'label', { to: 7 });
      return [{ name: 'label', type: 'int64', shape: ['rows', outputs] }, probabilities];
    }
    case 'regression': {
      const { center, scale } = targetScaler!;
      const wide = graph.apply('Cast', [head], 'standardised', { to: 11 });
      const spread = graph.apply('Mul', [wide, graph.doubles('target_scale', scale)], 'spread');
      graph.apply('Add', [spread, graph.doubles('target_center', center)], 'value');
      return [{ name: 'value', type: 'double', shape: ['rows', outputs] }];
    }
  }
}

function assemble(
  { nodes, tensors }: Graph,
  outputs: OnnxValue[],
  { id, searchId, trial, digest, description }: ModelRecord,
  { layers }: TrainedModel,
): OnnxModel {
  const { task, target, classes, features, dataset } = description;
  return {
    name: id,
    documentation: `Trial ${trial} of ${searchId}, trained on all training rows of ${dataset.name}. Input: ${features.map(({ name }) => name).join(', ')}.`,
    producerVersion: holdfastVersion,
    inputs: [{ name: 'features', type: 'double', shape: ['rows', layers[0]!.inputs] }],
    outputs,
    nodes,
    tensors,
    metadata: {
      model: id,
      search: searchId,
      trial: String(trial),
      task,
      parametersDigest: digest ?? '',
      datasetDigest: dataset.digest,
      features: JSON.stringify(features.map(({ name }) => name)),
      target: JSON.stringify(target),
      classes: JSON.stringify(classes),
    },
  };
}
