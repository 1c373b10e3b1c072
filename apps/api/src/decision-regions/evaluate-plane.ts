import { setImmediate as nextTurn } from 'node:timers/promises';
import { largestOutput } from '@holdfast/core/layers/head';
import { predict, type TrainedModel } from '@holdfast/core/training/trained-model';

export interface Plane {
  range: { x: [number, number]; y: [number, number] };
  /** Cells along each axis. */
  across: number;
}

/** For each cell the likeliest class and its probability. */
export interface PlaneCells {
  outputs: number[];
  probabilities: number[];
}

/** Multiply-adds between two turns of the event loop: some 5 ms. */
const workInOneGo = 10_000_000;
const marginShare = 1 / 20;

/** The range of the rows, a twentieth more on either side. @param pieces of features, rows × 2 */
export async function planeRange(pieces: AsyncIterable<{ features: Float64Array }>): Promise<Plane['range']> {
  const ends: [number, number][] = [0, 1].map(() => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  for await (const { features } of pieces) {
    for (let at = 0; at < features.length; at++) {
      const [value, end] = [features[at]!, ends[at & 1]!];
      // A missing one is NaN, and neither less nor more.
      if (value < end[0]) end[0] = value;
      if (value > end[1]) end[1] = value;
    }
  }
  const [x, y] = ends.map(([low, high]): [number, number] => {
    if (low > high) [low, high] = [0, 1];
    const margin = (high - low || 1) * marginShare;
    return [low - margin, high + margin];
  });
  return { x: x!, y: y! };
}

/** Asks a classifier in the middle of every cell, row by row from the lower left; others are answered in between. */
export async function evaluatePlane(model: TrainedModel, { range, across }: Plane): Promise<PlaneCells> {
  const count = across * across;
  const atOnce = Math.max(1, Math.floor(workInOneGo / model.parameters.length));
  const middle = ([from, to]: [number, number], place: number) =>
    from + ((place + 0.5) / across) * (to - from);
  const cells: PlaneCells = { outputs: [], probabilities: [] };
  for (let from = 0; from < count; from += atOnce) {
    const rows = Math.min(atOnce, count - from);
    const features = new Float64Array(rows * 2);
    for (let row = 0; row < rows; row++) {
      features[row * 2] = middle(range.x, (from + row) % across);
      features[row * 2 + 1] = middle(range.y, Math.floor((from + row) / across));
    }
    const values = predict(model, features, rows);
    for (let row = 0; row < rows; row++) {
      const output = largestOutput(values, row * model.outputs, model.outputs);
      cells.outputs.push(output);
      cells.probabilities.push(Math.round(values[row * model.outputs + output]! * 100) / 100);
    }
    await nextTurn();
  }
  return cells;
}
