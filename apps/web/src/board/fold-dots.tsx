import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { decimal } from '../format/figures.ts';

const width = 116;
const height = 20;
const margin = 5;

/** Lowest and highest score of the axis that all rows share. */
export type FoldScale = readonly [number, number];

/**
 * Each fold's score as a dot, their mean as a line, ± one standard error as a band. What lies beyond the shared axis
 * is a hollow dot at its end.
 */
export function FoldDots({
  score,
  scale: [low, high],
}: {
  score: LeaderboardItem['score'];
  scale: FoldScale;
}) {
  const known = score.folds.filter((fold) => fold !== null);
  if (known.length === 0) return null;
  const span = high - low || 1;
  const place = (value: number) =>
    margin + Math.min(1, Math.max(0, (value - low) / span)) * (width - 2 * margin);
  const beyond = (value: number) => value < low || value > high;
  const { mean, standardError } = score;
  const label = `Folds ${known.map((fold) => decimal(fold)).join(', ')}`;
  return (
    <svg className="fold-dots" width={width} height={height} role="img" aria-label={label}>
      <title>{label}</title>
      <line x1={margin} x2={width - margin} y1={height / 2} y2={height / 2} className="axis" />
      {mean !== null && standardError !== null ? (
        <rect
          className="band"
          x={place(mean - standardError)}
          width={Math.max(1, place(mean + standardError) - place(mean - standardError))}
          y="4"
          height={height - 8}
        />
      ) : null}
      {known.map((fold, n) => (
        <circle
          // biome-ignore lint/suspicious/noArrayIndexKey: a fold is its index
          key={n}
          cx={place(fold)}
          cy={height / 2}
          r="3"
          className={beyond(fold) ? 'beyond' : undefined}
        />
      ))}
      {mean === null ? null : (
        <line x1={place(mean)} x2={place(mean)} y1="2" y2={height - 2} className="mean" />
      )}
    </svg>
  );
}
