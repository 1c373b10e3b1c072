import type { Trial } from '@holdfast/contracts/trial';
import { useId, useState } from 'react';
import { ScrollRegion } from '../controls/scroll-region.tsx';
import { count, percent } from '../format/figures.ts';
import { addConfusions } from './add-confusions.ts';

/** Truth by row, prediction by column, of rows that the model had not seen; one fold or all. */
export function ConfusionCard({ trial, classes }: { trial: Trial; classes: readonly string[] }) {
  const id = useId();
  const [chosen, setChosen] = useState('all');
  const known = trial.folds.filter(({ confusion }) => confusion !== null);
  const shown = known.filter(({ repeat, fold }) => chosen === 'all' || chosen === `${repeat}.${fold}`);
  const matrix = addConfusions(shown.map(({ confusion }) => confusion));
  if (!matrix) return null;
  return (
    <section className="card" aria-labelledby="confusion-title">
      <div className="row spread">
        <h2 id="confusion-title">Confusion matrix</h2>
        <div className="row small">
          <label htmlFor={id} className="quiet">
            Of
          </label>
          <select
            id={id}
            className="select inline"
            value={chosen}
            onChange={(event) => setChosen(event.target.value)}
          >
            <option value="all">all folds</option>
            {known.map(({ repeat, fold }) => (
              <option key={`${repeat}.${fold}`} value={`${repeat}.${fold}`}>
                fold {fold}
                {repeat > 0 ? `, repeat ${repeat}` : ''}
              </option>
            ))}
          </select>
        </div>
      </div>
      <ScrollRegion label="Confusion matrix">
        <table className="confusion">
          <caption>Truth by row, prediction by column; validation rows</caption>
          <thead>
            <tr>
              <td />
              {classes.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              <th scope="col" className="quiet">
                recall
              </th>
            </tr>
          </thead>
          <tbody>
            {matrix.map((row, truth) => {
              const rows = row.reduce((sum, n) => sum + n, 0);
              return (
                <tr key={classes[truth]}>
                  <th scope="row">{classes[truth]}</th>
                  {row.map((n, predicted) => (
                    <td
                      key={classes[predicted]}
                      className={truth === predicted ? 'right' : n > 0 ? 'wrong' : 'none'}
                      style={{ '--share': rows === 0 ? 0 : n / rows } as React.CSSProperties}
                    >
                      {count(n)}
                    </td>
                  ))}
                  <td className="quiet">{rows === 0 ? '–' : percent((row[truth] ?? 0) / rows, 1)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}
