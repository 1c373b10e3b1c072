import type { Metric } from '@holdfast/contracts/metrics';
import type { RevealedTrial } from '@holdfast/contracts/reveal';
import { decimal } from '../format/figures.ts';

/** Test and validation on one axis: points, what is uncertain about them, and what was promised without luck. */
export function VerdictPicture({ trial, metric }: { trial: RevealedTrial; metric: Metric }) {
  const { validation, test } = trial;
  const score = test?.[metric] ?? null;
  const { mean, standardError, corrected } = validation;
  const band: [number, number] | null =
    mean === null ? null : [mean - (standardError ?? 0), mean + (standardError ?? 0)];
  const interval = test?.interval95 ?? null;
  const known = [...(band ?? []), ...(interval ?? []), score, corrected].filter((value) => value !== null);
  if (known.length === 0) return null;
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const margin = (most - least || Math.abs(most) || 1) * 0.12;
  const [low, high] = [least - margin, most + margin];
  const place = (value: number) => `${(100 * (value - low)) / (high - low)}%`;
  const label = [
    mean === null ? null : `validation ${decimal(mean)} ± ${decimal(standardError)}`,
    corrected === null ? null : `without the winner’s luck ${decimal(corrected)}`,
    score === null ? null : `test ${decimal(score)}`,
    interval === null ? null : `95 % interval ${decimal(interval[0])} to ${decimal(interval[1])}`,
  ]
    .filter((part) => part !== null)
    .join(', ');
  return (
    <figure className="verdict-picture">
      <div className="verdict-names" aria-hidden>
        <span>validation</span>
        <span>test</span>
      </div>
      <svg role="img" aria-label={label} height="92">
        <title>{label}</title>
        {interval ? (
          <rect
            className="allowed"
            x={place(interval[0])}
            width={`${(100 * (interval[1] - interval[0])) / (high - low)}%`}
            y="0"
            height="76"
          />
        ) : null}
        {band && mean !== null ? (
          <g className="validation">
            <line x1={place(band[0])} x2={place(band[1])} y1="20" y2="20" />
            <circle cx={place(mean)} cy="20" r="6" />
          </g>
        ) : null}
        {corrected === null ? null : <circle className="corrected" cx={place(corrected)} cy="20" r="6" />}
        {interval ? (
          <line className="test" x1={place(interval[0])} x2={place(interval[1])} y1="58" y2="58" />
        ) : null}
        {score === null ? null : <circle className="test" cx={place(score)} cy="58" r="7" />}
        <line className="axis" x1="0" x2="100%" y1="76" y2="76" />
        <text x="0" y="90">
          {decimal(low)}
        </text>
        <text x="100%" y="90" textAnchor="end">
          {decimal(high)}
        </text>
        <text x="50%" y="90" textAnchor="middle">
          {metric}
        </text>
      </svg>
      <figcaption className="quiet small">
        Above, the mean over the folds ± its standard error
        {corrected === null ? '' : ', hollow what is left of it without the winner’s luck'}; below, the test
        with its 95 % interval, which the shade carries up.
      </figcaption>
    </figure>
  );
}
