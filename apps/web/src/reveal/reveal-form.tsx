import type { Dataset } from '@holdfast/contracts/dataset';
import type { Search } from '@holdfast/contracts/search';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { LockOpen, X } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { Link } from 'react-router';
import { ScrollRegion } from '../controls/scroll-region.tsx';
import { count, countOf, decimal, parameter } from '../format/figures.ts';
import { Failure } from '../notices/failure.tsx';
import { Notice } from '../notices/notice.tsx';
import { api } from '../session/session.ts';

interface RevealFormProps {
  search: Search;
  dataset: Dataset;
  initial: readonly number[];
  recommended: number | null;
  /** Trials whose test scores are known: they are not tested again. */
  revealed: readonly number[];
}

/** What will be evaluated, what it costs, and the search's name to be typed: no reveal happens by a stray click. */
export function RevealForm({ search, dataset, initial, recommended, revealed }: RevealFormProps) {
  const id = useId();
  const queries = useQueryClient();
  const [trials, setTrials] = useState(() => initial.filter((trial) => !revealed.includes(trial)));
  const [another, setAnother] = useState('');
  const [name, setName] = useState('');
  const { revealBudget, revealsUsed } = dataset.test;
  const left = revealBudget - revealsUsed;
  const cost = trials.length;
  const reveal = useMutation({
    mutationFn: () => api.createReveal(search.id, trials),
    onSuccess: () => {
      setTrials([]);
      setName('');
      return Promise.all(
        [['reveals'], ['dataset'], ['datasets'], ['ledger']].map((queryKey) =>
          queries.invalidateQueries({ queryKey }),
        ),
      );
    },
  });
  const add = () => {
    const trial = Number(another);
    if (!/^\d{1,9}$/.test(another.trim()) || trials.includes(trial)) return;
    setTrials([...trials, trial]);
    setAnother('');
  };
  const ready = cost > 0 && cost <= left && name.trim() === search.name;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !reveal.isPending) reveal.mutate();
  };
  if (left <= 0) {
    return (
      <Notice kind="info">
        <p>
          {revealBudget === 1 ? 'The reveal' : `All ${count(revealBudget)} reveals`} of this data set{' '}
          {revealBudget === 1 ? 'is' : 'are'} used. A test set that is asked again and again becomes one more
          validation set.
        </p>
      </Notice>
    );
  }
  return (
    <form className="card stack" onSubmit={submit} aria-labelledby={`${id}title`}>
      <h2 id={`${id}title`}>What will be evaluated</h2>
      {cost > 0 ? (
        <Chosen
          search={search}
          trials={trials}
          recommended={recommended}
          onRemove={(trial) => setTrials(trials.filter((one) => one !== trial))}
        />
      ) : (
        <p className="quiet">No trial is chosen.</p>
      )}
      {left > cost ? (
        <div className="row">
          <label htmlFor={`${id}add`}>Another trial</label>
          <input
            id={`${id}add`}
            className="input inline reveal-number"
            inputMode="numeric"
            value={another}
            onChange={(event) => setAnother(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              add();
            }}
          />
          <button type="button" className="button small" onClick={add}>
            Add
          </button>
        </div>
      ) : null}
      <div>
        <h3>What it costs</h3>
        <ul className="costs">
          <li>
            <strong>
              {count(cost)} of the {countOf(left, 'reveal')} left
            </strong>{' '}
            ({count(revealsUsed)} of {count(revealBudget)} used so far): one for each trial.
          </li>
          {dataset.test.protocol === 'ladder' ? (
            <li>
              These rows are a ladder: it answers with the best accuracy so far, which changes only by a step
              beyond chance.
            </li>
          ) : null}
          <li>The ledger notes it before the rows are opened, and keeps it for good.</li>
          <li>Whatever is searched on these data later is marked as chosen after the test was seen.</li>
        </ul>
      </div>
      {cost > left ? (
        <p className="error-text" role="alert">
          {countOf(cost, 'trial')} cost more than the {countOf(left, 'reveal')} left.
        </p>
      ) : null}
      <div className="field reveal-name">
        <label htmlFor={`${id}name`}>
          To confirm, type the search’s name: <strong>{search.name}</strong>
        </label>
        <input
          id={`${id}name`}
          className="input"
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      {reveal.error ? <Failure error={reveal.error} /> : null}
      <div>
        <button type="submit" className="button primary" disabled={!ready || reveal.isPending}>
          <LockOpen size={15} aria-hidden /> {reveal.isPending ? 'Asking …' : 'Reveal the test scores'}
        </button>
      </div>
    </form>
  );
}

interface ChosenProps {
  search: Search;
  trials: readonly number[];
  recommended: number | null;
  onRemove: (trial: number) => void;
}

function Chosen({ search, trials, recommended, onRemove }: ChosenProps) {
  const rows = useQuery({
    queryKey: ['board', search.id, 'trials', trials],
    queryFn: ({ signal }) =>
      api.getBoardWindow(search.id, { where: [`trial:${trials.join('|')}`], limit: 100 }, signal),
    placeholderData: (before) => before,
  });
  const itemOf = (trial: number) => rows.data?.items.find((item) => item.trial === trial);
  return (
    <>
      {rows.error ? <Failure error={rows.error} retry={rows.refetch} /> : null}
      <ScrollRegion label="Chosen trials">
        <table className="plain">
          <caption className="hidden">Trials to be tested</caption>
          <thead>
            <tr>
              <th scope="col">Trial</th>
              <th scope="col" className="number">
                Rank
              </th>
              <th scope="col" className="number">
                Validation {search.spec.objective.metric}
              </th>
              <th scope="col">Hyperparameters</th>
              <th scope="col">
                <span className="hidden">Leave out</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {trials.map((trial) => {
              const item = itemOf(trial);
              return (
                <tr key={trial}>
                  <td>
                    <Link to={`/searches/${search.id}/trials/${trial}`}>{trial}</Link>{' '}
                    {trial === recommended ? <span className="badge star">recommended</span> : null}
                  </td>
                  <td className="number">{item?.rank ?? '–'}</td>
                  <td className="number">
                    {decimal(item?.score.mean)}
                    {item?.score.standardError == null ? '' : ` ± ${decimal(item.score.standardError)}`}
                  </td>
                  <td>
                    {Object.entries(item?.params ?? {})
                      .map(([name, value]) => `${name} ${parameter(value)}`)
                      .join(', ')}
                  </td>
                  <td>
                    <button
                      type="button"
                      className="button plain icon small"
                      aria-label={`Leave out trial ${trial}`}
                      onClick={() => onRemove(trial)}
                    >
                      <X size={14} aria-hidden />
                    </button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollRegion>
    </>
  );
}
