import type { Feature } from '@holdfast/contracts/dataset';
import type { Histogram as Values } from '@holdfast/contracts/dataset-summary';
import { barText, columnText, valueText } from './feature-text.ts';

const width = 220;
const height = 64;

interface HistogramProps {
  name: string;
  values: Values;
  classes: readonly string[];
  /** The column; not given for a target. */
  feature?: Feature | undefined;
}

/** Rows by value, stacked by class. */
export function Histogram({ name, values, classes, feature }: HistogramProps) {
  const { counts, min, max, distinct } = values;
  const bins = counts[0]?.length ?? 0;
  const totals = Array.from({ length: bins }, (_, bin) =>
    counts.reduce((sum, rows) => sum + (rows[bin] ?? 0), 0),
  );
  const most = Math.max(1, ...totals);
  const barWidth = width / Math.max(1, bins);
  return (
    <figure className="histogram">
      <figcaption>
        <strong title={name}>{name}</strong>
        <span className="quiet small">{columnText(feature, values)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${name}: from ${valueText(feature, min)} to ${valueText(feature, max)}, ${columnText(feature, values)}, ${distinct >= 1000 ? '1000 or more' : distinct} different values`}
      >
        <title>{name}</title>
        {totals.map((_, bin) => {
          const named = barText(feature, { min, max, bins }, bin);
          let top = height;
          return counts.map((rows, cls) => {
            const size = ((rows[bin] ?? 0) / most) * height;
            top -= size;
            return size === 0 ? null : (
              <rect
                // biome-ignore lint/suspicious/noArrayIndexKey: a bin and a class are their indices
                key={`${bin} ${cls}`}
                className={`series-${(cls % 10) + 1}`}
                x={bin * barWidth + 0.5}
                width={Math.max(0.5, barWidth - 1)}
                y={top}
                height={size}
              >
                {classes[cls] === undefined && named === null ? null : (
                  <title>{`${[named, classes[cls]].filter(Boolean).join(', ')}: ${rows[bin]}`}</title>
                )}
              </rect>
            );
          });
        })}
      </svg>
      <div className="ends-text quiet">
        <span>{valueText(feature, min)}</span>
        <span>{valueText(feature, max)}</span>
      </div>
    </figure>
  );
}
