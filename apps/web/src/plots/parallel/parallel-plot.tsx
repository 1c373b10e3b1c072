import type { TrialPoints } from '@holdfast/contracts/plots';
import { useEffect, useMemo, useRef, useState } from 'react';
import { conditionOn } from '../../board/where.ts';
import { useChartTheme } from '../chart-theme.ts';
import { AxisBrush } from './axis-brush.tsx';
import { drawLines } from './draw-lines.ts';
import { parallelAxes, stage } from './parallel-axis.ts';

interface ParallelPlotProps {
  all: TrialPoints;
  kept: TrialPoints;
  where: readonly string[];
  onBrush: (name: string, text: string | null) => void;
}

const side = 64;

/** Parallel coordinates: each trial a line through its hyperparameters to its score. Brushing an axis filters the board. */
export function ParallelPlot({ all, kept, where, onBrush }: ParallelPlotProps) {
  const theme = useChartTheme();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [room, setRoom] = useState(800);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setRoom(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const axes = useMemo(() => ({ all: parallelAxes(all, all), kept: parallelAxes(kept, all) }), [all, kept]);
  const width = Math.max(room, axes.all.length * stage.axisGap);
  const gap = (width - 2 * side) / Math.max(1, axes.all.length - 1);
  const filtered = where.length > 0;

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const ratio = window.devicePixelRatio || 1;
    element.width = width * ratio;
    element.height = stage.height * ratio;
    context.scale(ratio, ratio);
    const sign = kept.direction === 'maximize' ? 1 : -1;
    const goodness = kept.score.map((score) => (score === null ? null : sign * score));
    drawLines(context, { ...axes, goodness, filtered, x: (n) => side + n * gap }, theme);
  }, [axes, kept, filtered, width, gap, theme]);

  return (
    <div ref={box} className="parallel">
      <div className="parallel-stage" style={{ width, height: stage.height }}>
        <canvas ref={canvas} style={{ width, height: stage.height }} aria-hidden />
        {/* biome-ignore lint/a11y: a group inside a picture; it has a label */}
        <svg
          width={width}
          height={stage.height}
          role="group"
          aria-label={`Parallel coordinates of ${kept.trial.length} trials. Each axis can be brushed, and so filters the leaderboard.`}
        >
          {axes.all.map((axis, n) => (
            <AxisBrush
              key={axis.name}
              axis={axis}
              x={side + n * gap}
              text={conditionOn(where, axis.name)}
              onChange={(text) => onBrush(axis.name, text)}
            />
          ))}
        </svg>
      </div>
      <p className="quiet small">
        Drag along an axis to keep a stretch of it, click it to keep all again. By keyboard: arrows move, with
        Shift they widen and narrow, Escape clears. The stronger the colour, the better the trial.
      </p>
    </div>
  );
}
