import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { ConfirmDialog } from '../controls/confirm-dialog.tsx';
import { count } from '../format/figures.ts';
import { Moment } from '../format/moment.tsx';
import { usePageTitle } from '../frame/page-title.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { Notice } from '../notices/notice.tsx';
import { Status } from '../notices/status.tsx';
import { api } from '../session/session.ts';
import { ArtifactsCard } from './artifacts-card.tsx';
import { ModelCard } from './model-card.tsx';
import { ModelFacts } from './model-facts.tsx';
import { PredictCard } from './predict-card.tsx';
import { RegionsCard } from './regions-card.tsx';
import '../datasets/datasets.css';
import '../plots/plots.css';
import './model.css';

/** How often one that is being trained is asked for, in ms. */
const pace = 1000;

export default function ModelPage() {
  const { model: id = '' } = useParams();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [deleting, setDeleting] = useState(false);
  const model = useQuery({
    queryKey: ['model', id],
    queryFn: ({ signal }) => api.getModel(id, {}, signal),
    refetchInterval: ({ state }) =>
      state.data?.status === 'completed' || state.data?.status === 'failed' ? false : pace,
  });
  const remove = useMutation({
    mutationFn: () => api.deleteModel(id),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['models'] });
      void navigate(`/searches/${model.data?.search ?? ''}`);
    },
  });
  usePageTitle(model.data ? `Model of trial ${model.data.trial}` : 'Model');
  if (model.isPending) return <Loading what="the model" block />;
  if (!model.data) return model.error ? <Failure error={model.error} retry={model.refetch} /> : null;
  const { data } = model;
  const ready = data.status === 'completed';
  return (
    <div className="stack">
      <div className="page-head">
        <div>
          <nav className="crumbs" aria-label="Where this is">
            <Link to="/">Searches</Link>
            <span aria-hidden>/</span>
            <Link to={`/searches/${data.search}`}>its search</Link>
            <span aria-hidden>/</span>
            <Link to={`/searches/${data.search}/trials/${data.trial}`}>trial {data.trial}</Link>
          </nav>
          <div className="row">
            <h1>Model of trial {data.trial}</h1>
            <span role="status">
              <Status status={data.status} />
            </span>
          </div>
          <p className="quiet small">
            trained on all {count(data.rows)} training rows of{' '}
            <Link to={`/datasets/${data.dataset.id}`}>{data.dataset.name}</Link>, asked for{' '}
            <Moment time={data.createdAt} />
          </p>
        </div>
        <button
          type="button"
          className="button danger icon"
          aria-label="Delete this model"
          onClick={() => setDeleting(true)}
        >
          <Trash2 size={16} aria-hidden />
        </button>
      </div>
      {data.reason ? <Notice kind="mark">{data.reason}</Notice> : null}
      {ready || data.status === 'failed' ? null : (
        <Notice kind="info">
          <p>It is being trained. This page shows it as soon as it is there.</p>
        </Notice>
      )}
      {ready ? (
        <div className="columns">
          <PredictCard model={data} />
          <div className="stack">
            <ModelFacts model={data} />
            <ArtifactsCard model={data} />
          </div>
        </div>
      ) : (
        <ModelFacts model={data} />
      )}
      {ready ? <RegionsCard model={data} /> : null}
      {ready ? <ModelCard model={data} /> : null}
      <ConfirmDialog
        open={deleting}
        onClose={() => {
          setDeleting(false);
          remove.reset();
        }}
        title="Delete this model?"
        action="Delete it"
        danger
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      >
        Its artifacts go with it. Training the same trial again gives the same bytes.
      </ConfirmDialog>
    </div>
  );
}
