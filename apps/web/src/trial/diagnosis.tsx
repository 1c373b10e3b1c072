import type { Finding } from '@holdfast/contracts/diagnosis';
import type { Trial } from '@holdfast/contracts/trial';
import { Link } from 'react-router';
import { short } from '../format/figures.ts';
import { Notice } from '../notices/notice.tsx';

/** What the service finds in a trial's figures. */
export function Diagnosis({ search, trial }: { search: string; trial: Trial }) {
  return <Findings search={search} findings={trial.diagnosis} />;
}

/** Each finding with a form that is filled in with what may mend it. */
export function Findings({ search, findings }: { search: string; findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <Notice kind="mark">
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
    </Notice>
  );
}

/** `trainingLoss` as "training loss 0.0135". */
function inWords(evidence: Finding['evidence']): string {
  return Object.entries(evidence)
    .flatMap(([name, figure]) =>
      figure === null
        ? []
        : [`${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${short(figure)}`],
    )
    .join(' · ');
}
