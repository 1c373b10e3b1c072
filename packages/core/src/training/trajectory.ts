import { optimizers } from '@holdfast/contracts/hyperparameters';
import type { LayerDescription } from '../layers/layer-description.ts';
import type { OptimizerDescription } from '../optimizers/optimizer-description.ts';

/** A training run to replay, full batch, from given parameters (and masks, where a layer drops out). */
export interface Trajectory {
  name: string;
  optimizer: Partial<OptimizerDescription> & { kind: OptimizerDescription['kind'] };
  steps: number;
  /** rows × inputs */
  x: number[][];
  /** Softmax: labels; sigmoid and linear: rows × outputs. */
  y: number[] | number[][];
  layers: (LayerDescription & { weights: number[][]; biases: number[] })[];
  /** `[step][dropout layer][row][unit]`, 0 dropped, 1 kept. */
  dropoutMasks: number[][][][] | null;
}

/** What each step gives before its update, and the parameters at the end. */
export interface TrajectoryExpectation {
  dataLoss: number[];
  regularizationLoss: number[];
  accuracy: number[];
  learningRate: number[];
  final: { weights: number[][]; biases: number[] }[];
}

type Fields = Record<string, unknown>;

function fail(place: string, wanted: string): never {
  throw new RangeError(`${place}: must be ${wanted}`);
}

function fieldsOf(value: unknown, place: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(place, 'an object');
  return value as Fields;
}

function list(value: unknown, place: string, length?: number): unknown[] {
  if (!Array.isArray(value)) fail(place, 'an array');
  if (length !== undefined && value.length !== length)
    fail(place, `an array of ${length}, not of ${value.length}`);
  return value;
}

function number(value: unknown, place: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) fail(place, 'a finite number');
  return value;
}

function count(value: unknown, place: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) fail(place, 'a positive integer');
  return value;
}

function numbers(value: unknown, place: string, length?: number): number[] {
  return list(value, place, length).map((item, i) => number(item, `${place}[${i}]`));
}

function matrix(value: unknown, place: string, rows: number, columns: number): number[][] {
  return list(value, place, rows).map((row, i) => numbers(row, `${place}[${i}]`, columns));
}

function zerosAndOnes(values: number[][], place: string): number[][] {
  for (const [i, row] of values.entries())
    for (const [j, value] of row.entries())
      if (value !== 0 && value !== 1) fail(`${place}[${i}][${j}]`, '0 or 1');
  return values;
}

function optimizer(value: unknown): Trajectory['optimizer'] {
  const { kind, ...rest } = fieldsOf(value, 'optimizer');
  const known = optimizers.find((name) => name === kind);
  if (known === undefined) fail('optimizer.kind', `one of ${optimizers.join(', ')}`);
  const names = ['learningRate', 'decay', 'momentum', 'rho', 'beta1', 'beta2', 'epsilon'] as const;
  const result: Trajectory['optimizer'] = { kind: known };
  for (const [name, setting] of Object.entries(rest)) {
    const field = names.find((candidate) => candidate === name);
    if (field === undefined)
      throw new RangeError(`optimizer.${name}: unknown; known are ${names.join(', ')}`);
    result[field] = number(setting, `optimizer.${name}`);
  }
  return result;
}

function layer(value: unknown, place: string, last: boolean): Trajectory['layers'][number] {
  const fields = fieldsOf(value, place);
  const { activation } = fields;
  const allowed = last ? (['softmax', 'sigmoid', 'linear'] as const) : (['relu'] as const);
  const known = allowed.find((name) => name === activation);
  if (known === undefined) fail(`${place}.activation`, allowed.join(' or '));
  const inputs = count(fields.inputs, `${place}.inputs`);
  const units = count(fields.units, `${place}.units`);
  const optional = (name: string): number =>
    fields[name] === undefined ? 0 : number(fields[name], `${place}.${name}`);
  return {
    inputs,
    units,
    activation: known,
    dropout: optional('dropout'),
    l1Weights: optional('l1Weights'),
    l2Weights: optional('l2Weights'),
    l1Biases: optional('l1Biases'),
    l2Biases: optional('l2Biases'),
    weights: matrix(fields.weights, `${place}.weights`, inputs, units),
    biases: numbers(fields.biases, `${place}.biases`, units),
  };
}

function labels(value: unknown, rows: number, classes: number): number[] {
  const values = numbers(value, 'y', rows);
  for (const [i, label] of values.entries())
    if (!Number.isInteger(label) || label < 0 || label >= classes)
      fail(`y[${i}]`, `a label from 0 to ${classes - 1}`);
  return values;
}

/**
 * Checks a parsed file of the trajectory form. `name` and `expected` are not needed for a replay.
 * @throws RangeError naming the place and what must stand there.
 */
export function checkTrajectory(content: unknown): Trajectory {
  const fields = fieldsOf(content, 'the file');
  const steps = count(fields.steps, 'steps');
  const listed = list(fields.layers, 'layers');
  if (listed.length === 0) fail('layers', 'a list of one layer or more');
  const layers = listed.map((item, i) => layer(item, `layers[${i}]`, i === listed.length - 1));
  const rows = list(fields.x, 'x').length;
  if (rows === 0) fail('x', 'a list of one row or more');
  const x = matrix(fields.x, 'x', rows, layers[0]!.inputs);
  const { activation, units } = layers.at(-1)!;
  let y: number[] | number[][];
  if (activation === 'softmax') y = labels(fields.y, rows, units);
  else {
    y = matrix(fields.y, 'y', rows, units);
    if (activation === 'sigmoid') zerosAndOnes(y, 'y');
  }
  const dropping = layers.filter(({ dropout }) => dropout > 0);
  const dropoutMasks =
    dropping.length === 0
      ? null
      : list(fields.dropoutMasks, 'dropoutMasks', steps).map((step, s) =>
          list(step, `dropoutMasks[${s}]`, dropping.length).map((mask, d) => {
            const place = `dropoutMasks[${s}][${d}]`;
            return zerosAndOnes(matrix(mask, place, rows, dropping[d]!.units), place);
          }),
        );
  const name = typeof fields.name === 'string' ? fields.name : '';
  return { name, optimizer: optimizer(fields.optimizer), steps, x, y, layers, dropoutMasks };
}
