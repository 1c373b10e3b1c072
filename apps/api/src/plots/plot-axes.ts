import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Axis } from '@holdfast/contracts/plots';

/** A range whose ends are further apart than this is drawn on a logarithmic axis. */
const logRatio = 9;

export interface PlotAxis extends Axis {
  /** The place of a trial on it: the number, or the category's index; `null` where it does not apply. */
  place(params: Hyperparameters): number | null;
}

type Trials = readonly { params: Hyperparameters }[];

/** Of the trials of boards that are kept: they are looked at from many sides. */
const known = new WeakMap<Trials, Map<string, PlotAxis>>();

/** The axis of a hyperparameter over these trials, which do not change. */
export function plotAxis(name: string, trials: Trials): PlotAxis {
  const axes = known.get(trials) ?? new Map<string, PlotAxis>();
  known.set(trials, axes);
  const before = axes.get(name);
  if (before) return before;
  const axis = makeAxis(name, trials);
  axes.set(name, axis);
  return axis;
}

function makeAxis(name: string, trials: Trials): PlotAxis {
  const read = (params: Hyperparameters) => (params as Record<string, unknown>)[name];
  const seen = new Map<string | number, unknown>();
  let numbers = true;
  for (const { params } of trials) {
    const value = read(params);
    if (value === undefined) continue;
    if (typeof value === 'number') seen.set(value, value);
    else {
      numbers = false;
      seen.set(conditionText(value), value);
    }
  }
  if (!numbers || seen.size === 0) {
    const categories = [...seen].sort(([, a], [, b]) => compareValues(a, b)).map(([text]) => String(text));
    const places = new Map(categories.map((text, place) => [text, place]));
    return {
      name,
      kind: 'category',
      log: false,
      range: null,
      zero: false,
      categories,
      place: (params) => places.get(conditionText(read(params))) ?? null,
    };
  }
  let [min, max, smallest, zero] = [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    false,
  ];
  for (const value of seen.values() as Iterable<number>) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    if (value === 0) zero = true;
    else if (value > 0) smallest = Math.min(smallest, value);
  }
  const log = min >= 0 && max / smallest >= logRatio;
  return {
    name,
    kind: 'number',
    log,
    range: [log ? smallest : min, max],
    zero: log && zero,
    categories: null,
    place: (params) => (read(params) as number | undefined) ?? null,
  };
}

/** A value as the conditions of `?where=` have it. */
function conditionText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Numbers by size, networks by their layers, before all else by its text. */
function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number' || typeof b === 'number') return typeof a === 'number' ? -1 : 1;
  if (Array.isArray(a) && Array.isArray(b)) {
    const place = a.findIndex((item, index) => item !== b[index]);
    if (place < 0) return a.length - b.length;
    return place < b.length ? a[place] - b[place] : 1;
  }
  return conditionText(a) < conditionText(b) ? -1 : 1;
}
