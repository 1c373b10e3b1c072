import { HttpError } from '@holdfast/client/http-error';
import { metrics as allMetrics, metricsOf } from '@holdfast/contracts/metrics';
import type { SearchSpecInput } from '@holdfast/contracts/search-spec';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useMemo, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { NumberField } from '../controls/number-field.tsx';
import { countOf, parameter } from '../format/figures.ts';
import { Failure } from '../notices/failure.tsx';
import { api } from '../session/session.ts';
import { DatasetField } from './dataset-field.tsx';
import { errorAt, errorsElsewhere, errorsOf } from './field-errors.ts';
import type { FieldState } from './field-state.ts';
import { type FormState, readSpace, writeSpec } from './form-state.ts';
import { PartFields } from './part-fields.tsx';
import { partFields, partKinds } from './part-kinds.ts';
import { PlanPanel } from './plan-panel.tsx';
import { SpaceFieldRow } from './space-field-row.tsx';
import type { SpaceField } from './space-fields.ts';
import { useSettled } from './use-settled.ts';
import './submission.css';

/** What most searches vary; the others are a click away. */
const mainFields = ['hiddenLayers', 'optimizer', 'learningRate', 'l2', 'dropout', 'batchSize', 'epochs'];
const strategies = partKinds('strategy');
const divisions = partKinds('crossValidation');
/** Without "none": that is what stands where nothing is chosen. */
const races = partKinds('race').filter(({ name }) => name !== 'none');
const stoppingFields = partFields('earlyStopping');
const limitFields = partFields('limits');

/** A change is planned once no other came for so long, in ms. */
const settleMs = 350;

export function SearchForm({ initial, fields }: { initial: FormState; fields: readonly SpaceField[] }) {
  const id = useId();
  const [form, setForm] = useState(initial);
  const change = (changed: Partial<FormState>) => setForm((before) => ({ ...before, ...changed }));
  const navigate = useNavigate();
  const queries = useQueryClient();
  const spec = useMemo(() => writeSpec(form, fields), [form, fields]);
  const text = JSON.stringify(spec);
  const settled = useSettled(text, settleMs);
  const plan = useQuery({
    queryKey: ['plan', settled],
    queryFn: () => api.planSearch(JSON.parse(settled) as SearchSpecInput),
    enabled: form.dataset !== '',
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const submit = useMutation({
    // What cannot be read as a number goes out as it was typed: the service names the place.
    mutationFn: () => api.createSearch(spec as unknown as SearchSpecInput),
    onSuccess: (search) => {
      void queries.invalidateQueries({ queryKey: ['searches'] });
      void navigate(`/searches/${search.id}`);
    },
  });
  const error = submit.error ?? plan.error;
  const errors = errorsOf(error);
  const dataset = useQuery({
    queryKey: ['dataset', form.dataset],
    queryFn: () => api.getDataset(form.dataset),
    enabled: form.dataset !== '',
    staleTime: 60_000,
  });
  const resolved = plan.data?.spec.space;
  const fallback = (field: SpaceField) => {
    const given = resolved && !Array.isArray(resolved) ? resolved[field.name] : undefined;
    // Which value that is the plan says, once there is a data set.
    return given === undefined ? '' : `${describeDefault(given)} unless given`;
  };
  const setField = (field: SpaceField, state: FieldState) =>
    change({ space: { ...form.space, [field.name]: state } });
  const main = fields.filter(({ name }) => mainFields.includes(name));
  const others = fields.filter(({ name }) => !mainFields.includes(name));
  const usedOthers = others.filter(({ name }) => (form.space[name]?.mode ?? 'default') !== 'default').length;
  const shown = [
    ...(form.spaceJson === null ? fields.map(({ name }) => `/space/${name}`) : ['/space']),
    '/dataset',
    '/name',
    '/tags',
    '/seed',
    '/strategy',
    '/crossValidation',
    '/race',
    '/objective',
    '/earlyStopping',
    '/limits',
  ];
  const elsewhere = errorsElsewhere(errors, shown);
  const metrics = dataset.data ? metricsOf(dataset.data.task) : allMetrics;
  const send = (event: FormEvent) => {
    event.preventDefault();
    submit.mutate();
  };
  const row = (field: SpaceField) => (
    <SpaceFieldRow
      key={field.name}
      field={field}
      state={form.space[field.name] ?? { mode: 'default' }}
      fallback={fallback(field)}
      error={errorAt(errors, `/space/${field.name}`)}
      onChange={(state) => setField(field, state)}
    />
  );
  return (
    <form className="submission" onSubmit={send} noValidate>
      <div className="stack">
        <h1>New search</h1>
        {error && (errors.length === 0 || elsewhere.length > 0) ? (
          errors.length === 0 ? (
            <Failure error={error} retry={plan.refetch} />
          ) : (
            <Failure error={onlyPlaces(error, elsewhere)} />
          )
        ) : null}
        <section className="card stack" aria-labelledby={`${id}data`}>
          <h2 id={`${id}data`}>Data</h2>
          <div className="part-fields">
            <DatasetField
              value={form.dataset}
              error={errorAt(errors, '/dataset')}
              onChange={(name) => change({ dataset: name })}
            />
            <NumberField
              label="Name"
              help="For people; one is made up unless given."
              value={form.name}
              error={errorAt(errors, '/name')}
              onChange={(name) => change({ name })}
            />
            <NumberField
              label="Tags"
              help="With commas between."
              value={form.tags}
              error={errorAt(errors, '/tags')}
              onChange={(tags) => change({ tags })}
            />
          </div>
          {dataset.data ? (
            <p className="quiet small">
              {countOf(dataset.data.rows.train, 'training row')}, {dataset.data.task} of{' '}
              <strong>{dataset.data.target.join(', ')}</strong> from{' '}
              {dataset.data.features
                .slice(0, 12)
                .map(({ name }) => name)
                .join(', ')}
              {dataset.data.features.length > 12 ? ` and ${dataset.data.features.length - 12} more` : ''}.{' '}
              <Link to={`/datasets/${dataset.data.id}`}>Look at it</Link>
            </p>
          ) : null}
        </section>
        <section className="card stack" aria-labelledby={`${id}space`}>
          <div className="row spread">
            <h2 id={`${id}space`}>Space of hyperparameters</h2>
            <label className="check small">
              <input
                type="checkbox"
                checked={form.spaceJson !== null}
                onChange={(event) =>
                  event.target.checked
                    ? change({ spaceJson: JSON.stringify(spec.space ?? {}, null, 2) })
                    : change({ spaceJson: null, space: readSpace(spec.space, fields) })
                }
              />
              write it as JSON
            </label>
          </div>
          {form.spaceJson === null ? (
            <>
              <p className="quiet small">
                One value is fixed, several are choices, a range is sampled (or gives a grid its points).
                Networks are written like <code>32 | 128, 64</code>: bars between networks, commas between
                their layers.
              </p>
              {main.map(row)}
              <details open={usedOthers > 0 || undefined}>
                <summary>All other hyperparameters{usedOthers > 0 ? ` (${usedOthers} given)` : ''}</summary>
                <div className="stack">{others.map(row)}</div>
              </details>
            </>
          ) : (
            <div className="field">
              <label htmlFor={`${id}json`}>The space, or a list of spaces as a union</label>
              <textarea
                id={`${id}json`}
                className="textarea"
                rows={14}
                spellCheck={false}
                value={form.spaceJson}
                aria-invalid={errorAt(errors, '/space') !== undefined}
                onChange={(event) => change({ spaceJson: event.target.value })}
              />
              <p className="error">{errorAt(errors, '/space')}</p>
            </div>
          )}
        </section>
        <section className="card stack" aria-labelledby={`${id}how`}>
          <h2 id={`${id}how`}>How it is searched</h2>
          <PartFields
            title="Strategy"
            pointer="/strategy"
            kinds={strategies}
            fallback="as the space asks for"
            part={form.strategy}
            errors={errors}
            onChange={(strategy) => change({ strategy })}
          />
          <PartFields
            title="Cross-validation"
            pointer="/crossValidation"
            kinds={divisions}
            fallback="as the data ask for"
            part={form.crossValidation}
            errors={errors}
            onChange={(crossValidation) => change({ crossValidation })}
          />
          <PartFields
            title="Race"
            pointer="/race"
            kinds={races}
            fallback="none"
            part={form.race}
            errors={errors}
            onChange={(race) => change({ race })}
          />
          <div className="part-fields">
            <div className="field">
              <label htmlFor={`${id}metric`}>Objective</label>
              <select
                id={`${id}metric`}
                className="select"
                value={form.metric}
                onChange={(event) => change({ metric: event.target.value })}
              >
                <option value="">
                  {plan.data ? `${plan.data.spec.objective.metric} unless given` : 'unless given'}
                </option>
                {metrics.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
              <p className="error">{errorAt(errors, '/objective')}</p>
            </div>
            <NumberField
              label="Seed"
              help="0 unless given: the same search gives the same bytes."
              value={form.seed}
              error={errorAt(errors, '/seed')}
              onChange={(seed) => change({ seed })}
            />
          </div>
          <details open={form.earlyStopping !== null || undefined}>
            <summary>Early stopping and limits</summary>
            <div className="stack">
              <label className="check">
                <input
                  type="checkbox"
                  checked={form.earlyStopping !== null}
                  onChange={(event) => change({ earlyStopping: event.target.checked ? {} : null })}
                />
                Stop early, decided on an inner split of the training folds
              </label>
              {form.earlyStopping === null ? null : (
                <div className="part-fields">
                  {stoppingFields.map(({ name, fallback: given }) => (
                    <NumberField
                      key={name}
                      label={name}
                      help={given === undefined ? '' : `${given} unless given`}
                      value={form.earlyStopping?.[name] ?? ''}
                      error={errorAt(errors, `/earlyStopping/${name}`)}
                      onChange={(value) =>
                        change({ earlyStopping: { ...form.earlyStopping, [name]: value } })
                      }
                    />
                  ))}
                </div>
              )}
              <div className="part-fields">
                {limitFields.map(({ name, fallback: given }) => (
                  <NumberField
                    key={name}
                    label={name}
                    help={given === undefined ? 'none unless given' : `${given} unless given`}
                    value={form.limits[name] ?? ''}
                    error={errorAt(errors, `/limits/${name}`)}
                    onChange={(value) => change({ limits: { ...form.limits, [name]: value } })}
                  />
                ))}
              </div>
            </div>
          </details>
        </section>
      </div>
      <PlanPanel
        spec={spec}
        plan={plan.data}
        waiting={plan.isFetching || text !== settled}
        wrong={plan.error instanceof HttpError}
        ready={form.dataset !== ''}
        submitting={submit.isPending}
      />
    </form>
  );
}

/** The problem with those of its places alone that no field shows. */
function onlyPlaces(error: Error, errors: { pointer: string; message: string }[]): Error {
  return error instanceof HttpError ? new HttpError({ ...error.problem, errors }) : error;
}

function describeDefault(value: unknown): string {
  if (Array.isArray(value)) return value.map(describeDefault).join(' | ');
  if (typeof value === 'object' && value !== null && 'min' in value && 'max' in value) {
    const { min, max, scale } = value as { min: unknown; max: unknown; scale?: string };
    return `${String(min)} to ${String(max)}${scale === 'log' ? ', log' : ''}`;
  }
  return parameter(value);
}
