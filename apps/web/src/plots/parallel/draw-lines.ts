import type { ChartTheme } from '../chart-theme.ts';
import { mixColours } from './mix-colours.ts';
import type { ParallelAxis } from './parallel-axis.ts';

interface Drawing {
  /** All trials shown, as ground. */
  all: readonly ParallelAxis[];
  /** Those that the filter keeps; the same where there is none. */
  kept: readonly ParallelAxis[];
  /** The better, the larger; `null` without a score. */
  goodness: readonly (number | null)[];
  filtered: boolean;
  x: (axis: number) => number;
}

/** A line for each trial, the better the darker (in the dark the brighter) and the later drawn. */
export function drawLines(context: CanvasRenderingContext2D, drawing: Drawing, theme: ChartTheme): void {
  const { all, kept, goodness, filtered, x } = drawing;
  if (filtered) {
    context.globalAlpha = 0.16;
    context.strokeStyle = theme.strongLine;
    context.lineWidth = 1;
    const count = all[0]?.values.length ?? 0;
    for (let trial = 0; trial < count; trial++) drawTrial(context, all, trial, x);
  }
  const known = goodness.filter((value) => value !== null);
  const [worst, best] = [Math.min(...known), Math.max(...known)];
  const order = goodness
    .map((_, trial) => trial)
    .sort((a, b) => (goodness[a] ?? -Infinity) - (goodness[b] ?? -Infinity));
  context.globalAlpha = order.length > 600 ? 0.4 : order.length > 150 ? 0.6 : 0.8;
  context.lineWidth = order.length > 600 ? 1 : 1.4;
  for (const [place, trial] of order.entries()) {
    const value = goodness[trial];
    const share =
      value === null || value === undefined || best === worst ? 0.5 : (value - worst) / (best - worst);
    // Half by score, half by rank: one very poor trial must not give all others one colour.
    const shade = (share + place / Math.max(1, order.length - 1)) / 2;
    context.strokeStyle = mixColours([theme.scoreLow, theme.scoreMiddle, theme.scoreHigh], shade);
    drawTrial(context, kept, trial, x);
  }
  context.globalAlpha = 1;
}

function drawTrial(
  context: CanvasRenderingContext2D,
  axes: readonly ParallelAxis[],
  trial: number,
  x: (axis: number) => number,
): void {
  context.beginPath();
  for (const [n, axis] of axes.entries()) {
    const y = axis.y(axis.values[trial] ?? null);
    if (n === 0) context.moveTo(x(n), y);
    else context.lineTo(x(n), y);
  }
  context.stroke();
}
