import type { Trial } from '@holdfast/contracts/trial';
import { useId, useState } from 'react';
import { ScrollRegion } from '../controls/scroll-region.tsx';
import { decimal, short } from '../format/figures.ts';
import { meanOf } from './mean-of.ts';

/** Every fold run, with its scores; one metric at a time. */
export function FoldsCard({ trial, metric: objective }: { trial: Trial; metric: string }) {
  const id = useId();
  const [chosen, setChosen] = useState(objective);
  const first = trial.folds.find(({ validation }) => validation !== null)?.validation ?? {};
  const metrics = Object.keys(first);
  const metric = metrics.includes(chosen) ? chosen : objective;
  const repeats = trial.folds.some(({ repeat }) => repeat > 0);
  const done = trial.folds.filter(({ state }) => state === 'completed');
  const validation = done.map((fold) => fold.validation?.[metric] ?? null);
  const mean = meanOf(validation);
  const masked = meanOf(done.map(({ curves }) => curves?.masked?.trainingLoss ?? null));
  const spread =
    mean === null || done.length < 2
      ? null
      : Math.sqrt(
          validation.reduce<number>((sum, score) => sum + ((score ?? mean) - mean) ** 2, 0) /
            (done.length - 1),
        );
  return (
    <section className="card" aria-labelledby="folds-title">
      <div className="row spread">
        <h2 id="folds-title">Folds</h2>
        {metrics.length > 1 ? (
          <div className="row small">
            <label htmlFor={id} className="quiet">
              Score
            </label>
            <select
              id={id}
              className="select inline"
              value={metric}
              onChange={(event) => setChosen(event.target.value)}
            >
              {metrics.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </div>
        ) : null}
      </div>
      {mean === null ? null : (
        <p className="fold-mean">
          <strong>{decimal(mean)}</strong>
          {spread === null ? null : (
            <span className="quiet">
              {' '}
              ± {decimal(spread / Math.sqrt(done.length))} standard error, {decimal(spread)} standard
              deviation
            </span>
          )}
        </p>
      )}
      {masked === null ? null : (
        <p className="quiet small">
          With units switched off, as in training, the training loss is {short(masked)}: better validation
          than that is what dropout makes.
        </p>
      )}
      <ScrollRegion label="Fold runs">
        <table className="plain">
          <caption className="hidden">Fold runs of this trial</caption>
          <thead>
            <tr>
              {repeats ? <th scope="col">Repeat</th> : null}
              <th scope="col">Fold</th>
              <th scope="col">State</th>
              <th scope="col" className="number">
                Validation
              </th>
              <th scope="col" className="number">
                Training
              </th>
              <th scope="col" className="number">
                Epochs
              </th>
              <th scope="col" className="number">
                Rows
              </th>
              <th scope="col" className="number">
                Seconds
              </th>
              <th scope="col">Engine</th>
              <th scope="col" className="number">
                Attempt
              </th>
              <th scope="col">Seed</th>
            </tr>
          </thead>
          <tbody>
            {trial.folds.map((fold) => (
              <tr key={`${fold.repeat} ${fold.fold}`}>
                {repeats ? <td>{fold.repeat}</td> : null}
                <td>{fold.fold}</td>
                <td title={fold.reason ?? undefined}>
                  {fold.state}
                  {fold.reason ? ', see reason' : ''}
                </td>
                <td className="number">
                  <strong>{decimal(fold.validation?.[metric])}</strong>
                </td>
                <td className="number">{decimal(fold.training?.[metric])}</td>
                <td className="number">{fold.epochs ?? '–'}</td>
                <td className="number">
                  {fold.rows ? `${fold.rows.training} + ${fold.rows.validation}` : '–'}
                </td>
                <td className="number">{fold.seconds === null ? '–' : short(fold.seconds)}</td>
                <td title={fold.worker ?? undefined}>{fold.engine ?? '–'}</td>
                <td className="number">{fold.attempt}</td>
                <td className="mono">{fold.seed}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {trial.folds.some(({ reason }) => reason !== null) ? (
        <ul className="reasons small">
          {trial.folds
            .filter(({ reason }) => reason !== null)
            .map(({ repeat, fold, reason }) => (
              <li key={`${repeat} ${fold}`}>
                Fold {fold}: {reason}
              </li>
            ))}
        </ul>
      ) : null}
    </section>
  );
}
