import type { Dataset } from '@holdfast/contracts/dataset';
import { Lock, LockOpen } from 'lucide-react';
import { count, countOf } from '../format/figures.ts';
import { dateTime } from '../format/time.ts';

/** The locked test set: since when, committed to by what, and how often it has been opened. */
export function LockCard({ dataset }: { dataset: Dataset }) {
  const { test, rows, createdAt } = dataset;
  return (
    <section className="card" aria-labelledby="lock-title">
      <h2 id="lock-title" className="row">
        {test.locked ? <Lock size={17} aria-hidden /> : <LockOpen size={17} aria-hidden />} The lock
      </h2>
      {test.locked ? (
        <>
          <p>
            {countOf(rows.test, 'test row')} {rows.test === 1 ? 'was' : 'were'} sealed when the data set was
            created. Only the evaluator can open them, and only to score trials that are named in a reveal.
          </p>
          <dl className="facts">
            <div>
              <dt>Sealed since</dt>
              <dd>{dateTime(createdAt)}</dd>
            </div>
            <div>
              <dt>Trials that may be revealed</dt>
              <dd>
                {count(test.revealsUsed)} of {count(test.revealBudget)} used
              </dd>
            </div>
          </dl>
          <p className="quiet small digest">
            Commitment <code>{test.commitment}</code>
          </p>
        </>
      ) : (
        <p>
          No test rows are locked away. What a search finds on these data cannot be confirmed on rows that
          nobody has looked at.
        </p>
      )}
    </section>
  );
}
