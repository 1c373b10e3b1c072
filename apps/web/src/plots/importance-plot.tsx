import type { Importance } from '@holdfast/contracts/importance';
import type { Search } from '@holdfast/contracts/search';
import { useQuery } from '@tanstack/react-query';
import { count, countOf, percent } from '../format/figures.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { isOver } from '../search/use-live-search.ts';
import { api } from '../session/session.ts';

/** Pairs that are shown: the others explain next to nothing. */
const mostPairs = 5;

/** How much of the score's variance each hyperparameter explains, alone and together with another. */
export function ImportancePlot({ search, metric }: { search: Search; metric: string }) {
  const { completed } = search.progress.trials;
  // It is dear to work out: while a search runs it is asked for anew when a fifth more trials are complete.
  const stage = isOver(search.status) ? 'over' : Math.floor(Math.log(1 + completed) / Math.log(1.2));
  const importance = useQuery({
    queryKey: ['importance', search.id, metric, stage],
    queryFn: () => api.getImportance(search.id, { ...(metric && { metric }) }),
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { data, error } = importance;
  if (error) return <Failure error={error} retry={importance.refetch} />;
  if (!data) return <Loading what="the importance" block />;
  if (data.items.length === 0) {
    return <p className="quiet plot-empty">{data.reason ?? 'This search varies nothing.'}</p>;
  }
  const pairs = data.pairs.slice(0, mostPairs);
  const largest = Math.max(...[...data.items, ...pairs].map((one) => one.importance + one.std), 1e-9);
  return (
    <>
      {data.reason ? <p className="quiet">{data.reason}</p> : null}
      <Shares
        title="Each alone"
        caption={`Share of the variance of ${data.metric} that each hyperparameter explains`}
        largest={largest}
        items={data.items.map((one) => ({ ...one, name: one.hyperparameter }))}
      />
      {pairs.length > 0 ? (
        <Shares
          title="Two together, beyond each alone"
          caption={`Share of the variance of ${data.metric} that two hyperparameters explain together beyond each alone`}
          largest={largest}
          items={pairs.map((one) => ({ ...one, name: one.hyperparameters.join(' × ') }))}
        />
      ) : null}
      <Basis importance={data} />
    </>
  );
}

interface SharesProps {
  title: string;
  caption: string;
  /** What the full width stands for. */
  largest: number;
  items: { name: string; importance: number; std: number }[];
}

function Shares({ title, caption, largest, items }: SharesProps) {
  const width = (share: number) => `${(100 * Math.max(0, share)) / largest}%`;
  return (
    <table className="shares">
      <caption className="hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col">
            <span className="hidden">Picture</span>
          </th>
          <th scope="col" className="number">
            Share ± std
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ name, importance, std }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className="share" aria-hidden>
              <div>
                <i style={{ width: width(importance) }} />
                <b
                  style={{
                    left: width(importance - std),
                    width: width(importance + std - Math.max(0, importance - std)),
                  }}
                />
              </div>
            </td>
            <td className="number">
              {percent(importance, 1)} <span className="quiet">± {percent(std, 1)}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Basis({ importance: { fit, trials, leftOut, trees } }: { importance: Importance }) {
  const poor = fit === null || fit < 0.3;
  return (
    <p className="quiet small">
      Functional analysis of variance over {countOf(trees, 'tree')} grown on {countOf(trials, 'trial')}
      {leftOut > 0 ? ` (${count(leftOut)} left out: without a score, or outside the space)` : ''}.{' '}
      {fit === null
        ? 'How well they fit is not known.'
        : `On trials that they had not seen, they tell ${percent(Math.max(0, fit))} of the variance${poor ? ': too little to rely on the order above' : ''}.`}
    </p>
  );
}
