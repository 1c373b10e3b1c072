const width = 90;
const height = 16;
const margin = 4;

interface FoldDotsProps {
  scores: readonly (number | null)[];
  /** Lowest and highest fold score of the board: all rows share one axis. */
  scale: readonly [number, number];
}

/** Each fold's score as a dot, their mean as a line. */
export function FoldDots({ scores, scale: [low, high] }: FoldDotsProps) {
  const known = scores.filter((score) => score !== null);
  if (known.length === 0) return null;
  const span = high - low || 1;
  const place = (score: number) => margin + ((score - low) / span) * (width - 2 * margin);
  const mean = place(known.reduce((sum, score) => sum + score, 0) / known.length);
  return (
    <svg className="folds" width={width} height={height} role="img" aria-label={`Folds: ${known.join(', ')}`}>
      <line x1={margin} x2={width - margin} y1={height / 2} y2={height / 2} className="axis" />
      {known.map((score, fold) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a fold is its index
        <circle key={fold} cx={place(score)} cy={height / 2} r="3" />
      ))}
      <line x1={mean} x2={mean} y1="2" y2={height - 2} className="mean" />
    </svg>
  );
}
