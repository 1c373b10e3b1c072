import type { Finding } from '@holdfast/contracts/diagnosis';
import { Link } from 'react-router';
import { short } from '../format/figures.ts';

/** What was found in a trial's figures, each with a form that is filled in with what may mend it. */
export function Findings({ search, findings }: { search: string; findings: readonly Finding[] }) {
  return (
    <ul className="notice-items" aria-label="Diagnosis">
      {findings.map(({ code, message, evidence, suggestion }) => (
        <li key={code}>
          <p>
            {message} {suggestion.message} <span className="quiet small">{inWords(evidence)}</span>
          </p>
          <Link to="/new" state={{ from: search, space: suggestion.space }} className="button small">
            Search on from it
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** `stillImproving` as "still improving". */
export const apart = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** `trainingLoss` as "training loss 0.0135". */
function inWords(evidence: Finding['evidence']): string {
  return Object.entries(evidence)
    .flatMap(([name, figure]) => (figure === null ? [] : [`${apart(name)} ${short(figure)}`]))
    .join(' · ');
}
