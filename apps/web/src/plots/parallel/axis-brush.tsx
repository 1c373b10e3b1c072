import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { describeCondition, writeCondition } from '../../board/where.ts';
import { type ParallelAxis, stage } from './parallel-axis.ts';

interface AxisBrushProps {
  axis: ParallelAxis;
  x: number;
  /** The condition on it, or `null`. */
  text: string | null;
  onChange: (text: string | null) => void;
}

const catchWidth = 44;
/** A press that moved less than this was a click, in pixels. */
const clickReach = 4;
const { top, bottom } = stage;

/** An axis, and the brush on it; by pointer and by keyboard. */
export function AxisBrush({ axis, x, text, onChange }: AxisBrushProps) {
  const [drag, setDrag] = useState<[number, number] | null>(null);
  const kept = text === null ? [] : axis.stretches(text);
  const drawn = drag ? [[Math.min(...drag), Math.max(...drag)] as const] : kept;

  const yOf = (event: PointerEvent<SVGRectElement>) => {
    const svg = event.currentTarget.ownerSVGElement;
    return event.clientY - (svg?.getBoundingClientRect().top ?? 0);
  };
  const down = (event: PointerEvent<SVGRectElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag([yOf(event), yOf(event)]);
  };
  const move = (event: PointerEvent<SVGRectElement>) => {
    if (drag) setDrag([drag[0], Math.min(bottom + 6, Math.max(top - 6, yOf(event)))]);
  };
  const up = () => {
    if (!drag) return;
    setDrag(null);
    onChange(Math.abs(drag[1] - drag[0]) < clickReach ? null : axis.condition(drag[0], drag[1]));
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape' || event.key === 'Delete' || event.key === 'Backspace') {
      onChange(null);
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      const by = event.key === 'ArrowUp' ? -axis.step : axis.step;
      // The first press keeps the upper half; from there it is moved and widened.
      const upper = kept[0]?.[0];
      const lower = kept.at(-1)?.[1];
      const from = upper === undefined ? top : Math.min(...kept.map(([one]) => one));
      const to = lower === undefined ? (top + bottom) / 2 : Math.max(...kept.map(([, one]) => one));
      const next: [number, number] =
        event.shiftKey || upper === undefined
          ? [from + (upper === undefined ? 0 : by), to]
          : [from + by, to + by];
      onChange(axis.condition(Math.max(top - 1, next[0]), Math.min(bottom + 1, next[1])));
    } else return;
    event.preventDefault();
  };
  const middle = kept[0] ? (kept[0][0] + kept[0][1]) / 2 : (top + bottom) / 2;
  return (
    <g className="parallel-axis" transform={`translate(${x} 0)`}>
      <line y1={top} y2={bottom} />
      {axis.values.includes(null) ? (
        <text x={8} y={stage.absent + 4}>
          none
        </text>
      ) : null}
      <text className="name" y={18} textAnchor="middle">
        {axis.name}
      </text>
      {axis.ticks.map((tick) => (
        <g key={tick.text}>
          <line x1={-4} x2={0} y1={tick.y} y2={tick.y} />
          <text x={6} y={tick.y + 4}>
            {tick.text}
          </text>
        </g>
      ))}
      {drawn.map(([from, to]) => (
        <rect
          key={from}
          className="brush"
          x={-9}
          width={18}
          y={Math.max(top - 4, from)}
          height={Math.max(2, Math.min(bottom + 4, to) - Math.max(top - 4, from))}
          rx={3}
        />
      ))}
      <rect
        className="catch"
        data-axis={axis.name}
        x={-catchWidth / 2}
        width={catchWidth}
        y={top - 8}
        height={bottom - top + 16}
        tabIndex={0}
        role="slider"
        aria-orientation="vertical"
        aria-label={`Filter by ${axis.name}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round((100 * (bottom - middle)) / (bottom - top))}
        aria-valuetext={
          text === null ? 'all values' : describeCondition(writeCondition({ name: axis.name, text }))
        }
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={() => setDrag(null)}
        onKeyDown={press}
      />
    </g>
  );
}
