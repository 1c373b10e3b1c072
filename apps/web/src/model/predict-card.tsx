import { HttpError } from '@holdfast/client/http-error';
import type { Feature } from '@holdfast/contracts/dataset';
import type { Model } from '@holdfast/contracts/model';
import type { Prediction } from '@holdfast/contracts/predictions';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useId, useState } from 'react';
import { percent, short } from '../format/figures.ts';
import { Failure } from '../notices/failure.tsx';
import { Notice } from '../notices/notice.tsx';
import { api } from '../session/session.ts';
import { readRow, type TypedRow } from './read-row.ts';

/** A form with a field for each feature, filled in with a training row to begin with, and what the model says of it. */
export function PredictCard({ model }: { model: Model }) {
  const [typed, setTyped] = useState<TypedRow | null>(null);
  const example = useQuery({
    queryKey: ['dataset', model.dataset.id, 'preview', 'row'],
    queryFn: () => api.previewDataset(model.dataset.id, 1),
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    const { columns, rows } = example.data ?? { columns: [], rows: [] };
    const row = rows[0];
    if (!row) return;
    const text = (n: number) => (row[n] === null || row[n] === undefined ? '' : String(row[n]));
    setTyped((before) => before ?? Object.fromEntries(columns.map((name, n) => [name, text(n)])));
  }, [example.data]);
  const predict = useMutation({
    mutationFn: async () => {
      const { items, warnings } = await api.predict(model.id, [readRow(model.features, typed ?? {})]);
      return { prediction: items[0], warnings };
    },
  });
  const problem = predict.error instanceof HttpError ? predict.error.problem : null;
  const errorOf = (name: string) => {
    const pointer = `/rows/0/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return problem?.errors?.find((one) => one.pointer === pointer)?.message;
  };
  const placed = model.features.some(({ name }) => errorOf(name) !== undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    predict.mutate();
  };
  return (
    <section className="card" aria-labelledby="predict-title">
      <h2 id="predict-title">Predict</h2>
      <form className="stack" onSubmit={submit} noValidate>
        <p className="quiet small">
          {example.data?.rows[0]
            ? 'Filled in with the first training row: put your own values there.'
            : 'A value for each feature.'}
        </p>
        <div className="feature-fields">
          {model.features.map((feature) => (
            <FeatureField
              key={feature.name}
              feature={feature}
              value={typed?.[feature.name] ?? ''}
              error={errorOf(feature.name)}
              onChange={(value) => setTyped({ ...typed, [feature.name]: value })}
            />
          ))}
        </div>
        {predict.error && !placed ? <Failure error={predict.error} /> : null}
        <div>
          <button type="submit" className="button primary" disabled={predict.isPending}>
            Predict
          </button>
        </div>
      </form>
      <div role="status" aria-label="Prediction">
        {predict.data?.warnings.map(({ code, message }) => (
          <Notice key={code + message} kind="mark">
            <p>{message}</p>
          </Notice>
        ))}
        {predict.data?.prediction ? (
          <Answer prediction={predict.data.prediction} target={model.target} />
        ) : null}
      </div>
    </section>
  );
}

interface FeatureFieldProps {
  feature: Feature;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

function FeatureField({ feature: { name, kind, categories }, value, error, onChange }: FeatureFieldProps) {
  const id = useId();
  const choices = kind === 'boolean' ? ['true', 'false'] : kind === 'category' ? categories : undefined;
  const shared = {
    id,
    value,
    'aria-invalid': error !== undefined,
    'aria-describedby': error === undefined ? undefined : `${id}-error`,
  };
  return (
    <div className="field">
      <label htmlFor={id}>{name}</label>
      {choices ? (
        <select {...shared} className="select" onChange={(event) => onChange(event.target.value)}>
          <option value="">missing</option>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <input
          {...shared}
          className="input"
          inputMode={kind === 'number' ? 'decimal' : undefined}
          placeholder={kind === 'date' ? '2026-01-31' : undefined}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      {error ? (
        <p className="error" id={`${id}-error`}>
          {error}
        </p>
      ) : null}
    </div>
  );
}

function Answer({ prediction, target }: { prediction: Prediction; target: readonly string[] }) {
  if ('value' in prediction) {
    const values =
      typeof prediction.value === 'number' ? { [target[0] ?? 'value']: prediction.value } : prediction.value;
    return (
      <dl className="facts answer">
        {Object.entries(values).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="big-figure">{short(value)}</dd>
          </div>
        ))}
      </dl>
    );
  }
  const { label, probabilities } = prediction;
  const likely = Object.entries(probabilities).sort(([, one], [, other]) => other - one);
  return (
    <div className="answer">
      <p className="big-figure">
        {typeof label === 'string'
          ? label
          : Object.entries(label)
              .map(([name, on]) => `${name}: ${on === 1 ? 'yes' : 'no'}`)
              .join(', ')}
      </p>
      <table className="shares">
        <caption className="hidden">Probabilities</caption>
        <tbody>
          {likely.map(([name, probability]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="share" aria-hidden>
                <div>
                  <i style={{ width: percent(probability, 2).replace(' ', '') }} />
                </div>
              </td>
              <td className="number">{percent(probability, 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
