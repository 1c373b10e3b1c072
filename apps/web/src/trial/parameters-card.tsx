import type { Trial } from '@holdfast/contracts/trial';
import { parameter } from '../format/figures.ts';
import { CopyButton } from '../notices/copy-button.tsx';

/** All hyperparameters; those that the search varies first. */
export function ParametersCard({ trial, varied }: { trial: Trial; varied: readonly string[] }) {
  const all = Object.entries(trial.params);
  const own = all.filter(([name]) => varied.includes(name));
  const fixed = all.filter(([name]) => !varied.includes(name));
  return (
    <section className="card" aria-labelledby="parameters-title">
      <div className="row spread">
        <h2 id="parameters-title">Hyperparameters</h2>
        <CopyButton text={JSON.stringify(trial.params, null, 2)} what="as JSON" />
      </div>
      <table className="plain parameters">
        <caption className="hidden">Hyperparameters of this trial</caption>
        <thead className="hidden">
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {own.map(([name, value]) => (
            <tr key={name} className="varied">
              <th scope="row">{name}</th>
              <td>{parameter(value)}</td>
            </tr>
          ))}
          {fixed.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{parameter(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
