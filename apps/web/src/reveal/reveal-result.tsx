import type { Reveal, RevealedTrial } from '@holdfast/contracts/reveal';
import { Link } from 'react-router';
import { ScrollRegion } from '../controls/scroll-region.tsx';
import { countOf, decimal } from '../format/figures.ts';
import { Moment } from '../format/moment.tsx';
import { Failure } from '../notices/failure.tsx';
import { Status } from '../notices/status.tsx';
import { describeLadder, describeVerdict } from './describe-verdict.ts';
import { VerdictPicture } from './verdict-picture.tsx';

/** What a reveal showed: for each trial the test beside what validation had promised, and the verdict. */
export function RevealResult({ reveal, classes }: { reveal: Reveal; classes: readonly string[] }) {
  const { search, status, trials, metric } = reveal;
  return (
    <section className="card stack" aria-label={`Reveal of ${countOf(trials.length, 'trial')}`}>
      <div className="row spread">
        <div className="row">
          <h2>Test against validation</h2>
          <span role="status" data-testid="reveal-status">
            <Status status={status} />
          </span>
        </div>
        <p className="quiet small">
          <Moment time={reveal.createdAt} />, entry {reveal.ledgerEntry} of the ledger
        </p>
      </div>
      {reveal.reason ? <Failure error={new Error(reveal.reason)} /> : null}
      {status === 'queued' || status === 'running' ? (
        <p className="quiet">
          The evaluator trains {trials.length === 1 ? 'the model' : 'the models'} on all training rows and
          opens the locked ones …
        </p>
      ) : null}
      {trials.map((trial) => (
        <article key={trial.trial} className="revealed" aria-label={`Trial ${trial.trial}`}>
          <div className="row">
            <h3>
              <Link to={`/searches/${search}/trials/${trial.trial}`}>Trial {trial.trial}</Link>
            </h3>
            {trial.verdict ? (
              <span className={`badge verdict-${trial.verdict}`} data-testid="verdict">
                {trial.verdict}
              </span>
            ) : null}
          </div>
          {trial.reason ? <p>{trial.reason}</p> : null}
          {trial.ladder ? <p className="verdict">{describeLadder(trial.ladder)}</p> : null}
          {trial.test ? (
            <>
              <p className="verdict">{describeVerdict(trial, metric)}</p>
              <VerdictPicture trial={trial} metric={metric} />
              <div className="columns">
                <TestScores trial={trial} />
                {trial.test.confusion && classes.length > 0 ? (
                  <TestConfusion confusion={trial.test.confusion} classes={classes} />
                ) : null}
              </div>
              {trial.parametersDigest ? (
                <p className="quiet small digest">
                  Digest of the tested model’s parameters <code>{trial.parametersDigest}</code>
                </p>
              ) : null}
            </>
          ) : null}
        </article>
      ))}
    </section>
  );
}

function TestScores({ trial: { test } }: { trial: RevealedTrial }) {
  if (!test) return null;
  const { confusion: _, interval95: __, intervals95, ...scores } = test;
  return (
    <table className="plain narrow">
      <caption>Every score on the test rows</caption>
      <tbody>
        {Object.entries(scores).map(([name, score]) => {
          const interval = intervals95[name as keyof typeof intervals95];
          return (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="number">{decimal(score as number | null)}</td>
              <td className="number quiet">
                {interval ? `${decimal(interval[0])} to ${decimal(interval[1])}` : ''}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function TestConfusion({ confusion, classes }: { confusion: number[][]; classes: readonly string[] }) {
  return (
    <ScrollRegion label="Confusion matrix of the test rows">
      <table className="confusion">
        <caption>Test rows: truth by row, prediction by column</caption>
        <thead>
          <tr>
            <td />
            {classes.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {confusion.map((counts, truth) => (
            <tr key={classes[truth]}>
              <th scope="row">{classes[truth]}</th>
              {counts.map((number, predicted) => (
                <td
                  key={classes[predicted]}
                  className={number === 0 ? 'none' : truth === predicted ? 'right' : 'wrong'}
                >
                  {number}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
