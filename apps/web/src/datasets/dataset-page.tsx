import { HttpError } from '@holdfast/client/http-error';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { ConfirmDialog } from '../controls/confirm-dialog.tsx';
import { count, countOf } from '../format/figures.ts';
import { dateTime } from '../format/time.ts';
import { usePageTitle } from '../frame/page-title.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { api } from '../session/session.ts';
import { Distributions } from './distributions.tsx';
import { LeakCard } from './leak-card.tsx';
import { LockCard } from './lock-card.tsx';
import { isPlane, PlaneCard } from './plane-card.tsx';
import { PreviewCard } from './preview-card.tsx';
import { RevealsCard } from './reveals-card.tsx';
import './datasets.css';

export default function DatasetPage() {
  const { dataset: id = '' } = useParams();
  const dataset = useQuery({ queryKey: ['dataset', id], queryFn: () => api.getDataset(id) });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [deleting, setDeleting] = useState(false);
  const remove = useMutation({
    mutationFn: () => api.deleteDataset(id),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['datasets'] });
      void navigate('/datasets');
    },
  });
  usePageTitle(dataset.data?.name ?? 'Data set');
  if (dataset.isPending) return <Loading what="the data set" block />;
  if (!dataset.data) return dataset.error ? <Failure error={dataset.error} retry={dataset.refetch} /> : null;
  const { data } = dataset;
  return (
    <div className="stack">
      <div className="page-head">
        <div>
          <nav className="crumbs" aria-label="Where this is">
            <Link to="/datasets">Data sets</Link>
          </nav>
          <h1>{data.name}</h1>
          <p className="quiet small">
            {data.task} of {data.target.join(', ')} from {countOf(data.features.length, 'feature')}; created{' '}
            {dateTime(data.createdAt)}
          </p>
        </div>
        <div className="row">
          <Link to={`/new?dataset=${encodeURIComponent(data.name)}`} className="button primary">
            <Plus size={15} aria-hidden /> Search on it
          </Link>
          <button
            type="button"
            className="button danger icon"
            aria-label="Delete this data set"
            onClick={() => setDeleting(true)}
          >
            <Trash2 size={16} aria-hidden />
          </button>
        </div>
      </div>
      <div className="columns">
        <section className="card" aria-labelledby="facts-title">
          <h2 id="facts-title">Rows</h2>
          <Split train={data.rows.train} test={data.rows.test} kind={data.test.kind} />
          <dl className="facts">
            {Object.entries(data.rowsPerClass)
              .slice(0, 24)
              .map(([name, rows]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{count(rows)} training rows</dd>
                </div>
              ))}
            {data.group ? (
              <div>
                <dt>Kept together by</dt>
                <dd>{data.group}</dd>
              </div>
            ) : null}
            {data.time ? (
              <div>
                <dt>In the order of</dt>
                <dd>{data.time}</dd>
              </div>
            ) : null}
          </dl>
          <p className="quiet small digest">
            Digest of the training rows <code>{data.digest}</code>
          </p>
        </section>
        <LockCard dataset={data} />
        <LeakCard dataset={data} />
      </div>
      <RevealsCard dataset={data} />
      {isPlane(data) ? <PlaneCard dataset={data} /> : null}
      <Distributions dataset={data} />
      <PreviewCard dataset={data} />
      <ConfirmDialog
        open={deleting}
        onClose={() => {
          setDeleting(false);
          remove.reset();
        }}
        title={`Delete “${data.name}”?`}
        action="Delete it"
        danger
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      >
        Its rows go with it, the sealed test rows too. That cannot be undone.
        {remove.error instanceof HttpError && remove.error.status === 409
          ? ' The searches that use it have to be deleted first.'
          : ''}
      </ConfirmDialog>
    </div>
  );
}

function Split({ train, test, kind }: { train: number; test: number; kind: string }) {
  const share = (100 * train) / Math.max(1, train + test);
  return (
    <div className="split">
      <div className="split-bar" aria-hidden>
        <i style={{ width: `${share}%` }} />
      </div>
      <p className="small">
        <strong>{count(train)}</strong> to train and validate on,{' '}
        <strong>{test === 0 ? 'none' : count(test)}</strong> locked away ({kind})
      </p>
    </div>
  );
}
