import { useQuery } from '@tanstack/react-query';
import { ChevronLeft, ChevronRight, FlaskConical, LockOpen } from 'lucide-react';
import { Link, useParams } from 'react-router';
import { useBoardHead } from '../board/use-board-head.ts';
import { count } from '../format/figures.ts';
import { usePageTitle } from '../frame/page-title.ts';
import { TrainModelButton } from '../model/train-model-button.tsx';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { Notice } from '../notices/notice.tsx';
import { Status } from '../notices/status.tsx';
import { CurvesPlot } from '../plots/curves-plot.tsx';
import { isOver, useLiveSearch } from '../search/use-live-search.ts';
import { api } from '../session/session.ts';
import { CalibrationCard } from './calibration-card.tsx';
import { ConfusionCard } from './confusion-card.tsx';
import { Diagnosis } from './diagnosis.tsx';
import { FoldRegionsCard } from './fold-regions-card.tsx';
import { FoldsCard } from './folds-card.tsx';
import { ParametersCard } from './parameters-card.tsx';
import { PredictionsCard } from './predictions-card.tsx';
import '../plots/plots.css';
import './trial.css';

export default function TrialPage() {
  const { search: id = '', trial: text = '' } = useParams();
  const number = Number(text);
  const { search } = useLiveSearch(id);
  const trial = useQuery({
    queryKey: ['trial', id, number],
    queryFn: () => api.getTrial(id, number),
  });
  const datasetId = search.data?.dataset;
  const dataset = useQuery({
    queryKey: ['dataset', datasetId],
    queryFn: () => api.getDataset(datasetId ?? ''),
    enabled: datasetId != null,
    staleTime: 60_000,
  });
  const head = useBoardHead(id);
  usePageTitle(`Trial ${text}${search.data ? ` of ${search.data.name}` : ''}`);
  if (trial.isPending || search.isPending) return <Loading what="the trial" block />;
  if (!trial.data || !search.data) {
    const error = trial.error ?? search.error;
    return error ? <Failure error={error} retry={trial.refetch} /> : null;
  }
  const { data } = trial;
  const total = search.data.progress.trials.total;
  const own = search.data.trainer === 'holdfast';
  const done = data.folds.filter(({ state }) => state === 'completed');
  return (
    <div className="stack">
      <div className="page-head">
        <div>
          <nav className="crumbs" aria-label="Where this is">
            <Link to="/">Searches</Link>
            <span aria-hidden>/</span>
            <Link to={`/searches/${id}`}>{search.data.name}</Link>
          </nav>
          <div className="row">
            <h1>Trial {number}</h1>
            <Status status={data.status} />
            {head?.recommended?.trial === number ? <span className="badge star">recommended</span> : null}
          </div>
          <p className="quiet small">
            {data.weightCount === null
              ? 'trained by a trainer of your own'
              : `${count(data.weightCount)} weights and biases`}
            {data.note ? `; “${data.note}”` : ''}
          </p>
        </div>
        <div className="row">
          {number > 0 ? (
            <Link
              to={`/searches/${id}/trials/${number - 1}`}
              className="button icon"
              aria-label="Trial before"
            >
              <ChevronLeft size={17} aria-hidden />
            </Link>
          ) : null}
          {number + 1 < total ? (
            <Link
              to={`/searches/${id}/trials/${number + 1}`}
              className="button icon"
              aria-label="Trial after"
            >
              <ChevronRight size={17} aria-hidden />
            </Link>
          ) : null}
          {own ? (
            <Link to="/new" state={{ from: id, params: data.params }} className="button">
              <FlaskConical size={15} aria-hidden /> Search on from it
            </Link>
          ) : null}
          {own && data.status === 'completed' ? <TrainModelButton search={id} trial={number} /> : null}
          {own && data.status === 'completed' && isOver(search.data.status) ? (
            <Link to={`/searches/${id}/reveal?trials=${number}`} className="button">
              <LockOpen size={15} aria-hidden /> Reveal …
            </Link>
          ) : null}
        </div>
      </div>
      {data.reason ? <Notice kind="mark">{data.reason}</Notice> : null}
      <Diagnosis search={id} trial={data} />
      <div className="trial-top">
        <ParametersCard trial={data} varied={head?.varied ?? []} />
        <div className="stack">
          <FoldsCard trial={data} metric={search.data.spec.objective.metric} />
          {own && done.length > 0 ? (
            <section className="card plots trial-curves" aria-labelledby="curves-title">
              <h2 id="curves-title">Learning curves</h2>
              <CurvesPlot trials={[data]} />
            </section>
          ) : null}
        </div>
      </div>
      {dataset.data && done.length > 0 ? (
        <div className="columns">
          <ConfusionCard trial={data} classes={dataset.data.classes} />
          {dataset.data.task === 'regression' ? null : (
            <CalibrationCard search={id} trial={number} done={done.length} />
          )}
          <PredictionsCard search={id} trial={number} dataset={dataset.data} done={done.length} />
        </div>
      ) : null}
      {dataset.data ? <FoldRegionsCard search={id} trial={data} dataset={dataset.data} /> : null}
    </div>
  );
}
