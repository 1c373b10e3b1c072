import type { Axis, TrialPoints } from '@holdfast/contracts/plots';
import { readRange, writeRange } from '../../board/where.ts';
import { category, short } from '../../format/figures.ts';

export const stage = { top: 40, bottom: 296, absent: 316, height: 332, axisGap: 112 } as const;

/** One upright axis: where values stand on it, and what a stretch of it means as a condition. */
export interface ParallelAxis {
  name: string;
  ticks: { y: number; text: string }[];
  /** For each trial shown. What does not apply stands below the axis. */
  values: readonly (number | null)[];
  y(value: number | null): number;
  /** The condition of a stretch; `null` where it holds nothing. */
  condition(from: number, to: number): string | null;
  /** The stretches that a condition keeps. */
  stretches(text: string): [number, number][];
  /** How far a step by keyboard goes, in pixels. */
  step: number;
}

const { top, bottom } = stage;
const clamp = (y: number) => Math.min(bottom, Math.max(top, y));

function categoryAxis({ name, categories }: Axis, values: readonly (number | null)[]): ParallelAxis {
  const all = categories ?? [];
  const room = (bottom - top) / Math.max(1, all.length);
  const y = (place: number) => bottom - (place + 0.5) * room;
  const everyNth = Math.max(1, Math.ceil(all.length / 14));
  return {
    name,
    values,
    ticks: all.flatMap((text, place) =>
      place % everyNth === 0 ? [{ y: y(place), text: category(text) }] : [],
    ),
    y: (value) => (value === null ? stage.absent : y(value)),
    condition(from, to) {
      const [upper, lower] = [Math.min(from, to), Math.max(from, to)];
      const kept = all.filter((_, place) => y(place) >= upper && y(place) <= lower);
      return kept.length === 0 ? null : kept.join('|');
    },
    stretches(text) {
      const kept = new Set(text.split('|'));
      return all.flatMap((category, place): [number, number][] =>
        kept.has(category) ? [[y(place) - room * 0.42, y(place) + room * 0.42]] : [],
      );
    },
    step: room,
  };
}

interface NumberAxis extends Pick<Axis, 'name' | 'log' | 'zero'> {
  range: readonly [number, number];
}

function numberAxis(
  { name, log, zero, range }: NumberAxis,
  values: readonly (number | null)[],
): ParallelAxis {
  // On a logarithmic axis 0 has a place of its own below the range.
  const foot = zero ? bottom - 26 : bottom;
  const onScale = log ? Math.log10 : (value: number) => value;
  const [low, high] = [onScale(range[0]), onScale(range[1])];
  const span = high - low || 1;
  const y = (value: number) => {
    if (zero && value <= 0) return bottom;
    return foot - ((onScale(value) - low) / span) * (foot - top);
  };
  const valueAt = (place: number) => {
    const scaled = low + ((foot - place) / (foot - top)) * span;
    return log ? 10 ** scaled : scaled;
  };
  return {
    name,
    values,
    ticks: numberTicks(range, log, zero).map((value) => ({ y: y(value), text: short(value) })),
    y: (value) => (value === null ? stage.absent : y(value)),
    condition(from, to) {
      const [upper, lower] = [Math.min(from, to), Math.max(from, to)];
      // The ends of the axis take in the ends of the range, whatever rounding does.
      const max = upper <= top ? Infinity : upper >= foot ? 0 : Number(valueAt(upper).toPrecision(4));
      const min =
        lower >= bottom
          ? zero
            ? 0
            : -Infinity
          : lower >= foot
            ? range[0]
            : Number(valueAt(lower).toPrecision(4));
      if (min > max) return null;
      return min === -Infinity && max === Infinity ? null : writeRange([min, max]);
    },
    stretches(text) {
      const kept = readRange(text);
      if (!kept) return [];
      const place = (end: number) =>
        end === Infinity ? top : end === -Infinity || (log && end <= 0) ? bottom : clamp(y(end));
      return [[place(kept[1]) - 2, place(kept[0]) + 2]];
    },
    step: (foot - top) / 20,
  };
}

/** Round numbers; powers of ten, and both ends, on a logarithmic axis. */
function numberTicks([min, max]: readonly [number, number], log: boolean, zero: boolean): number[] {
  if (min === max) return zero ? [0, min] : [min];
  if (log) {
    const powers: number[] = [];
    for (let power = Math.ceil(Math.log10(min) - 1e-9); 10 ** power <= max * (1 + 1e-9); power++) {
      powers.push(10 ** power);
    }
    const ticks = powers.length >= 2 ? powers : [min, max];
    return zero ? [0, ...ticks] : ticks;
  }
  const raw = (max - min) / 5;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * size).find((one) => one >= raw) ?? raw;
  const ticks: number[] = [];
  for (let n = Math.ceil(min / step); n * step <= max + step * 1e-9; n++) ticks.push(n * step);
  return ticks;
}

/** Every varied hyperparameter, and the score last. Ranges are those of `all`, so that a filter moves no axis. */
export function parallelAxes(points: TrialPoints, all: TrialPoints): ParallelAxis[] {
  const scores = all.score.filter((score) => score !== null);
  const hyperparameters = points.axes.map((axis, n) => {
    const values = points.values[n] ?? [];
    return axis.range ? numberAxis({ ...axis, range: axis.range }, values) : categoryAxis(axis, values);
  });
  const range = [Math.min(...scores), Math.max(...scores)] as const;
  return scores.length === 0
    ? hyperparameters
    : [...hyperparameters, numberAxis({ name: 'score', log: false, zero: false, range }, points.score)];
}
