import type { Dataset } from '@holdfast/contracts/dataset';
import { ShieldCheck, TriangleAlert } from 'lucide-react';
import { count, percent } from '../format/figures.ts';

/** What could make a score better than the truth. */
export function LeakCard({ dataset: { leaks, rows } }: { dataset: Dataset }) {
  return (
    <section className="card" aria-labelledby="leaks-title">
      <h2 id="leaks-title" className="row">
        {leaks.warnings.length === 0 ? (
          <ShieldCheck size={17} aria-hidden />
        ) : (
          <TriangleAlert size={17} aria-hidden />
        )}{' '}
        Leak report
      </h2>
      <dl className="facts">
        <div>
          <dt>Test rows that training rows repeat</dt>
          <dd>
            {count(leaks.duplicatesAcrossSplit)} of {count(rows.test)}
          </dd>
        </div>
        <div>
          <dt>Test rows very near to a training row</dt>
          <dd>{leaks.nearDuplicates === null ? 'not worked out' : percent(leaks.nearDuplicates, 1)}</dd>
        </div>
      </dl>
      {leaks.warnings.length === 0 ? (
        <p className="quiet small">Nothing was found that lets scores look better than they are.</p>
      ) : (
        <ul className="warnings">
          {leaks.warnings.map(({ code, message }) => (
            <li key={code + message}>{message}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
