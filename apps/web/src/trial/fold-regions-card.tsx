import type { Dataset } from '@holdfast/contracts/dataset';
import type { DecisionRegions } from '@holdfast/contracts/decision-regions';
import type { Trial } from '@holdfast/contracts/trial';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Layers } from 'lucide-react';
import { useMemo } from 'react';
import { isPlane } from '../datasets/plane-card.tsx';
import { decimal } from '../format/figures.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { Chart } from '../plots/chart.tsx';
import { useChartTheme } from '../plots/chart-theme.ts';
import { regionsOption } from '../plots/regions-option.ts';
import { api } from '../session/session.ts';
import { loadPlaneRows } from './load-plane-rows.ts';
import { loadPredictions } from './load-predictions.ts';

/** While folds are trained once more they are asked for so often, in ms. */
const pace = 700;

interface FoldRegionsCardProps {
  search: string;
  trial: Trial;
  dataset: Dataset;
}

/** For data with two features: what the model of each fold decides in the plane, with the rows on top. */
export function FoldRegionsCard(props: FoldRegionsCardProps) {
  return isPlane(props.dataset) && props.trial.status === 'completed' ? <Card {...props} /> : null;
}

function Card({ search, trial, dataset }: FoldRegionsCardProps) {
  const queries = useQueryClient();
  const queryKey = ['decision-regions', search, trial.trial];
  const regions = useQuery({
    queryKey,
    queryFn: ({ signal }) => api.getDecisionRegions(search, trial.trial, signal),
    refetchInterval: ({ state }) => (state.data?.folds.some(isUnderWay) ? pace : false),
  });
  const train = useMutation({
    mutationFn: () => api.trainDecisionRegions(search, trial.trial),
    onSuccess: (asked) => queries.setQueryData(queryKey, asked),
  });
  const predictions = useQuery({
    queryKey: ['trial', search, trial.trial, 'predictions', trial.folds.length],
    queryFn: () => loadPredictions(search, trial.trial),
  });
  const rows = useQuery({
    queryKey: ['dataset', dataset.id, 'rows'],
    queryFn: () => loadPlaneRows(dataset),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const points = useMemo(() => {
    if (!predictions.data || !rows.data) return [];
    return predictions.data.items.flatMap(({ row, fold, truth }) => {
      const place = rows.data[row];
      return place
        ? [{ x: place[0], y: place[1], output: dataset.classes.indexOf(String(truth)), fold }]
        : [];
    });
  }, [predictions.data, rows.data, dataset.classes]);
  const error = regions.error ?? train.error ?? predictions.error ?? rows.error;
  const folds = regions.data?.folds ?? [];
  const askable = folds.some(({ status }) => status === 'absent' || status === 'failed');
  const done = folds.filter(({ status }) => status === 'completed').length;
  return (
    <section className="card stack" aria-labelledby="fold-regions-title">
      <h2 id="fold-regions-title">Decision regions of each fold</h2>
      {error ? <Failure error={error} retry={regions.refetch} /> : null}
      {regions.isPending ? <Loading what="the decision regions" block /> : null}
      {askable ? (
        <div className="row">
          <button type="button" className="button" disabled={train.isPending} onClick={() => train.mutate()}>
            <Layers size={15} aria-hidden /> Show what each fold decides
          </button>
          <span className="quiet small">
            Results keep no parameters: a worker trains each fold once more, to the same bits.
          </span>
        </div>
      ) : null}
      <p className="hidden" role="status">
        {folds.some(isUnderWay) ? `${done} of ${folds.length} folds are trained once more` : ''}
      </p>
      {regions.data && done + folds.filter(isUnderWay).length > 0 ? (
        <>
          <ClassLegend classes={dataset.classes} />
          <div className="fold-regions">
            {folds.map((fold) => (
              <FoldRegions
                key={fold.fold}
                regions={regions.data}
                fold={fold}
                score={trial.folds.find((run) => run.repeat === 0 && run.fold === fold.fold)}
                points={points}
              />
            ))}
          </div>
          <p className="quiet small">
            The ground has the colour of the class that the fold’s model predicts there, the stronger the
            surer. Large dots are the rows that validated it, faint ones those that it was trained on, in the
            colour of their own class. Taken only where it predicts, bit for bit, what was scored.
          </p>
        </>
      ) : null}
    </section>
  );
}

function ClassLegend({ classes }: { classes: readonly string[] }) {
  const theme = useChartTheme();
  return (
    <ul className="row class-legend" aria-label="Classes">
      {classes.map((name, output) => (
        <li key={name}>
          <i style={{ background: theme.series[output % theme.series.length] }} aria-hidden /> {name}
        </li>
      ))}
    </ul>
  );
}

const isUnderWay = ({ status }: { status: string }) => status === 'queued' || status === 'running';

interface FoldRegionsProps {
  regions: DecisionRegions;
  fold: DecisionRegions['folds'][number];
  score: Trial['folds'][number] | undefined;
  points: readonly { x: number; y: number; output: number; fold: number }[];
}

function FoldRegions({ regions, fold, score, points }: FoldRegionsProps) {
  const theme = useChartTheme();
  const { features, classes, range, across } = regions;
  const { outputs, probabilities } = fold;
  const option = useMemo(() => {
    if (!outputs || !probabilities) return null;
    const rows = points.map((point) => ({ ...point, faint: point.fold !== fold.fold }));
    return regionsOption({ names: features, classes, range, across, outputs, probabilities, rows }, theme, {
      small: true,
    });
  }, [features, classes, range, across, outputs, probabilities, points, fold.fold, theme]);
  const accuracy = score?.validation?.accuracy;
  return (
    <figure aria-label={`Fold ${fold.fold}`}>
      <figcaption>
        <strong>Fold {fold.fold}</strong>{' '}
        <span className="quiet">{accuracy == null ? '' : `accuracy ${decimal(accuracy)}`}</span>
      </figcaption>
      {option ? (
        <Chart
          option={option}
          height={300}
          label={`The class that the model of fold ${fold.fold} predicts in each place of the plane of ${features.join(' and ')}, with the rows on top.`}
        />
      ) : fold.status === 'failed' ? (
        <p className="quiet small">{fold.reason}</p>
      ) : (
        <Loading what={`fold ${fold.fold}`} block />
      )}
    </figure>
  );
}
