import type { Activity } from '@holdfast/contracts/activity';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { ScrollRegion } from '../controls/scroll-region.tsx';
import { count, countOf } from '../format/figures.ts';
import { Moment } from '../format/moment.tsx';
import { usePageTitle } from '../frame/page-title.ts';
import { Empty } from '../notices/empty.tsx';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { Notice } from '../notices/notice.tsx';
import { api } from '../session/session.ts';
import { foldsPerSecond, type Sample } from './throughput.ts';
import './workers.css';

const paceMs = 2000;
/** Throughput is told over the latest samples, in ms. */
const windowMs = 20_000;

/** Who trains, what each does, and how much waits. */
export default function WorkersPage() {
  usePageTitle('Workers');
  const workers = useQuery({
    queryKey: ['workers'],
    queryFn: () => api.listWorkers(),
    refetchInterval: paceMs,
  });
  const activity = useQuery({
    queryKey: ['activity'],
    queryFn: ({ signal }) => api.getActivity(signal),
    refetchInterval: paceMs,
  });
  const samples = useRef<Sample[]>([]);
  const [rate, setRate] = useState<number | null>(null);
  useEffect(() => {
    if (!workers.data) return;
    const completed = workers.data.reduce((sum, worker) => sum + worker.completedFolds, 0);
    const now = performance.now();
    samples.current = [...samples.current.filter(({ at }) => now - at < windowMs), { at: now, completed }];
    setRate(foldsPerSecond(samples.current));
  }, [workers.data]);

  if (workers.isPending) return <Loading what="the workers" block />;
  if (!workers.data) return workers.error ? <Failure error={workers.error} retry={workers.refetch} /> : null;
  const threads = workers.data.reduce((sum, worker) => sum + worker.threads, 0);
  const engines = new Set(workers.data.map(({ numericsVersion }) => numericsVersion));
  return (
    <div className="stack">
      <h1>Workers and health</h1>
      <div className="card">
        <dl className="facts figures">
          <Fact name="Workers" value={count(workers.data.length)} />
          <Fact name="Training threads" value={count(threads)} />
          <Fact name="Fold runs with workers" value={known(activity.data?.foldRuns.running)} />
          <Fact name="Fold runs waiting" value={known(activity.data?.foldRuns.waiting)} />
          <Fact name="Jobs in the queue" value={known(activity.data?.queue.waitingJobs)} />
          <Fact name="Fold runs a second" value={rate === null ? '…' : rate.toFixed(1)} />
        </dl>
      </div>
      {activity.error ? <Failure error={activity.error} retry={activity.refetch} /> : null}
      {activity.data?.queue.waitingJobs === null ? (
        <Notice kind="mark">
          The queue does not answer. Results are kept; training goes on once it is back.
        </Notice>
      ) : null}
      {engines.size > 1 ? (
        <Notice kind="mark">
          Workers of different numerics versions are here: their scores may differ in the last bits. Update
          all of them.
        </Notice>
      ) : null}
      {workers.data.length === 0 ? (
        <Empty title="No worker is here">
          <p>
            Nothing is trained until one is. <code>holdfast serve</code> brings its own; others are started
            with <code>node apps/worker/dist/worker.js</code> on any machine that reaches the database.
          </p>
        </Empty>
      ) : (
        <section className="card" aria-label="Workers">
          <ScrollRegion label="Workers">
            <table className="plain">
              <caption>{countOf(workers.data.length, 'worker')} seen within the last 12 seconds</caption>
              <thead>
                <tr>
                  <th scope="col">Worker</th>
                  <th scope="col">Host</th>
                  <th scope="col">Engine</th>
                  <th scope="col" className="number">
                    Threads
                  </th>
                  <th scope="col">Trains now</th>
                  <th scope="col" className="number">
                    Completed
                  </th>
                  <th scope="col">Version</th>
                  <th scope="col">Started</th>
                  <th scope="col">Last seen</th>
                </tr>
              </thead>
              <tbody>
                {workers.data.map((worker) => (
                  <tr key={worker.id}>
                    <td className="mono">{worker.id}</td>
                    <td>{worker.host}</td>
                    <td>{worker.engine}</td>
                    <td className="number">{worker.threads}</td>
                    <td>
                      <TrainsNow
                        runs={activity.data?.running.filter((run) => run.worker === worker.id) ?? []}
                      />
                    </td>
                    <td className="number">{count(worker.completedFolds)}</td>
                    <td>
                      {worker.version}, numerics {worker.numericsVersion}
                    </td>
                    <td>
                      <Moment time={worker.startedAt} />
                    </td>
                    <td>
                      <Moment time={worker.lastSeenAt} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        </section>
      )}
      <p className="quiet small">
        What each worker did for a search, and when, is on the search’s page under “Time line”:{' '}
        <Link to="/">all searches</Link>.
      </p>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const known = (number: number | null | undefined) =>
  number === undefined ? '…' : number === null ? 'unknown' : count(number);

/** Searches that are named; of the others there are a number. */
const mostNamed = 3;

/** What a worker holds, search by search. */
function TrainsNow({ runs }: { runs: Activity['running'] }) {
  if (runs.length === 0) return <span className="quiet">nothing</span>;
  const searches = [...new Set(runs.map(({ search }) => search))];
  return (
    <ul className="trains-now">
      {searches.slice(0, mostNamed).map((search) => {
        const own = runs.filter((run) => run.search === search);
        const [first] = own;
        return (
          <li key={search}>
            <Link to={`/searches/${search}`}>{first?.searchName}</Link>{' '}
            <span className="quiet">
              {own
                .slice(0, mostNamed)
                .map(({ trial, fold }) => `trial ${trial} fold ${fold}`)
                .join(', ')}
              {own.length > mostNamed ? ` and ${own.length - mostNamed} more` : ''}
            </span>
          </li>
        );
      })}
      {searches.length > mostNamed ? (
        <li className="quiet">{countOf(searches.length - mostNamed, 'other search', 'other searches')}</li>
      ) : null}
    </ul>
  );
}
