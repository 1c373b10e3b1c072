import { holdfastVersion } from '@holdfast/contracts/versions';
import { type Activation, layerOffsets } from '@holdfast/core/layers/layer-description';
import { hasIndicator, valueInputs } from '@holdfast/core/preprocessing/column-encoding';
import type { FeaturePipeline, FittedColumn } from '@holdfast/core/preprocessing/feature-pipeline';
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

  flags(name: string, values: readonly boolean[]): string {
    this.tensors.push({ name, dims: [values.length], type: 'bool', values: Uint8Array.from(values, Number) });
    return name;
  }

  floats(name: string, dims: readonly number[], values: Float32Array): string {
    this.tensors.push({ name, dims, type: 'float', values });
    return name;
  }
}

const headOperators: Partial<Record<Activation, string>> = { softmax: 'Softmax', sigmoid: 'Sigmoid' };

/**
 * A model in ONNX, operator set 13, its preprocessing inside. Input `features`: float64, rows × columns, unscaled, in the
 * order of the model's features; booleans as 0 and 1, dates as milliseconds since 1970, categories as their place in the
 * feature's list (−1 for any other), NaN where missing. Outputs: `label` and `probabilities` (classification: the class's name, and one for each class; binary:
 * 0 or 1, and one for each target column), or `value` (regression: float64 in the target's own units).
 * @throws ProblemError where the model is too large for the format
 */
export function writeOnnxArtifact({ record, model }: LoadedModel): Uint8Array<ArrayBuffer> {
  if (model.parameters.byteLength > mostParameterBytes) {
    throw new ProblemError('conflict', 'The model is too large for ONNX (2 GiB). Take it as JSON.');
  }
  const graph = new Graph();
  const scaled = addPipeline(graph, 'features', model.pipeline);
  const head = addLayers(graph, scaled, model);
  const outputs = addOutputs(graph, head, record, model);
  return encodeOnnx(assemble(graph, outputs, record));
}

/** A pipeline's inputs: each with the column that it is of, and what of it. */
interface InputSource {
  column: number;
  /** The value itself (scaled); whether it is this code of a category; whether it was missing. */
  is: 'value' | 'category' | 'indicator';
  code: number;
  fill: number;
}

function sourcesOf(columns: readonly FittedColumn[]): InputSource[] {
  return columns.flatMap((encoding, column) => {
    // A category that is missing without a fill is none of its values; other kinds have one, or never miss.
    const fill = encoding.fill ?? (encoding.kind === 'category' ? -1 : Number.NaN);
    const values = Array.from({ length: valueInputs(encoding) }, (_, code): InputSource => {
      return { column, is: encoding.kind === 'category' ? 'category' : 'value', code, fill };
    });
    return hasIndicator(encoding) ? [...values, { column, is: 'indicator', code: 0, fill }] : values;
  });
}

/** Raw columns to the network's inputs: in float64, as it was fitted, and then rounded to float32. */
function addPipeline(graph: Graph, input: string, { columns, scaler }: FeaturePipeline): string {
  const { center, scale } = scaler;
  const sources = columns === null ? null : sourcesOf(columns);
  let value = input;
  let missing = '';
  if (sources !== null) {
    const places = BigInt64Array.from(sources, ({ column }) => BigInt(column));
    graph.tensors.push({ name: 'columns', dims: [places.length], type: 'int64', values: places });
    const raw = graph.apply('Gather', [input, 'columns'], 'raw', { axis: 1 });
    missing = graph.apply('IsNaN', [raw], 'missing');
    const fills = graph.doubles(
      'fills',
      Float64Array.from(sources, ({ fill }) => fill),
    );
    value = graph.apply('Where', [missing, fills, raw], 'filled');
  }
  const filled = value;
  value = graph.apply('Sub', [value, graph.doubles('center', center)], 'centered');
  const divisor = scale.map((one) => (one === 0 ? 1 : one));
  value = graph.apply('Div', [value, graph.doubles('scale', divisor)], 'scaled');
  if (sources?.some(({ is }) => is === 'category')) {
    const codes = graph.doubles(
      'codes',
      Float64Array.from(sources, ({ code }) => code),
    );
    const matches = graph.apply('Cast', [graph.apply('Equal', [filled, codes], 'is_code')], 'matches', {
      to: 11,
    });
    const which = graph.flags(
      'is_category',
      Array.from(sources, ({ is }) => is === 'category'),
    );
    value = graph.apply('Where', [which, matches, value], 'with_categories');
  }
  if (sources?.some(({ is }) => is === 'indicator')) {
    const indicators = graph.apply('Cast', [missing], 'indicators', { to: 11 });
    const which = graph.flags(
      'is_indicator',
      Array.from(sources, ({ is }) => is === 'indicator'),
    );
    value = graph.apply('Where', [which, indicators, value], 'with_indicators');
  }
  if (scale.includes(0)) {
    // Inputs that were constant in training count as 0, whatever comes.
    const kept = graph.flags(
      'is_kept',
      Array.from(scale, (one) => one !== 0),
    );
    value = graph.apply('Where', [kept, value, graph.doubles('zero', Float64Array.of(0))], 'kept');
  }
  return graph.apply('Cast', [value], 'network_input', { to: 1 });
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
): OnnxModel {
  const { task, target, classes, features, dataset } = description;
  return {
    name: id,
    documentation: `Trial ${trial} of ${searchId}, trained on all training rows of ${dataset.name}. Input: ${features.map(({ name }) => name).join(', ')}.`,
    producerVersion: holdfastVersion,
    inputs: [{ name: 'features', type: 'double', shape: ['rows', features.length] }],
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
      features: JSON.stringify(features),
      target: JSON.stringify(target),
      classes: JSON.stringify(classes),
    },
  };
}
