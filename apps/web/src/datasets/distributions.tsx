import type { Dataset } from '@holdfast/contracts/dataset';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { count, countOf } from '../format/figures.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { api } from '../session/session.ts';
import { Histogram } from './histogram.tsx';

const perPage = 24;

/** How the values of each feature are distributed, by class; training rows alone. */
export function Distributions({ dataset }: { dataset: Dataset }) {
  const [offset, setOffset] = useState(0);
  const summary = useQuery({
    queryKey: ['dataset', dataset.id, 'summary', offset],
    queryFn: () => api.summarizeDataset(dataset.id, { offset, limit: perPage }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { data } = summary;
  return (
    <section className="card" aria-labelledby="distributions-title">
      <div className="row spread">
        <h2 id="distributions-title">Distributions</h2>
        {data && data.total > perPage ? (
          <div className="row small">
            <button
              type="button"
              className="button small"
              disabled={offset === 0}
              onClick={() => setOffset(Math.max(0, offset - perPage))}
            >
              Before
            </button>
            <span className="quiet">
              {count(data.offset + 1)} to {count(data.offset + data.features.length)} of{' '}
              {countOf(data.total, 'feature')}
            </span>
            <button
              type="button"
              className="button small"
              disabled={offset + perPage >= data.total}
              onClick={() => setOffset(offset + perPage)}
            >
              Next
            </button>
          </div>
        ) : null}
      </div>
      {summary.error && !data ? <Failure error={summary.error} retry={summary.refetch} /> : null}
      {summary.isPending ? <Loading what="the distributions" block /> : null}
      {data ? (
        <>
          {data.classes.length > 0 && data.classes.length <= 12 ? (
            <ul className="legend" aria-label="Colours of the classes">
              {data.classes.map((name, n) => (
                <li key={name}>
                  <i className={`series-${(n % 10) + 1}`} aria-hidden /> {name}
                </li>
              ))}
            </ul>
          ) : null}
          <div className="histograms">
            {data.targets.map((target) => (
              <Histogram
                key={`target ${target.name}`}
                values={target}
                classes={[]}
                name={`${target.name} (target)`}
              />
            ))}
            {data.features.map((feature) => (
              <Histogram
                key={feature.name}
                values={feature}
                classes={data.classes}
                name={feature.name}
                feature={dataset.features.find(({ name }) => name === feature.name)}
              />
            ))}
          </div>
          <p className="quiet small">
            Of the {countOf(data.rows, 'training row')}; the sealed rows are in none of it.
          </p>
        </>
      ) : null}
    </section>
  );
}
