import type { Finding } from '@holdfast/contracts/diagnosis';
import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { count, decimal, parameter, percent, short } from '../format/figures.ts';
import { FoldDots, type FoldScale } from './fold-dots.tsx';
import { Marks } from './marks.tsx';

/** What a row is drawn with besides its trial. */
export interface RowContext {
  search: string;
  recommended: number | null;
  scale: FoldScale;
  /** The trial's diagnosis, once it is known. */
  findings: readonly Finding[] | undefined;
}

export interface Column {
  id: string;
  label: string;
  /** Said in full where the label is short. */
  title?: string;
  /** The name in `?sort=`; a column without one cannot be sorted by. */
  sort?: string;
  /** Better values are larger: the first click sorts these first. */
  descending?: boolean;
  width: number;
  align?: 'right';
  /** Whether the board does not have it, by its first row. */
  absent?: (first: LeaderboardItem) => boolean;
  render: (item: LeaderboardItem, context: RowContext) => ReactNode;
}

/** The columns of a board whose space varies these hyperparameters. */
export function boardColumns(metric: string, varied: readonly string[]): Column[] {
  const figure = (id: string, label: string, read: (item: LeaderboardItem) => number | null): Column => ({
    id,
    label,
    sort: id,
    width: 96,
    align: 'right',
    render: (item) => decimal(read(item)),
  });
  return [
    { id: 'rank', label: 'Rank', width: 62, align: 'right', render: ({ rank }) => rank ?? '–' },
    {
      id: 'trial',
      label: 'Trial',
      sort: 'trial',
      width: 74,
      align: 'right',
      render: ({ trial }, { search }) => <Link to={`/searches/${search}/trials/${trial}`}>{trial}</Link>,
    },
    {
      id: 'score',
      label: `${metric} ± se`,
      title: `Mean validation ${metric} over the folds ± its standard error`,
      sort: 'score',
      width: 150,
      align: 'right',
      render: (item) => <Score item={item} />,
    },
    {
      id: 'rankInterval',
      label: 'Ranks',
      title: 'The ranks that it could as well have had: an interval of 95 %',
      width: 86,
      align: 'right',
      absent: (first) => first.rank === 1 && first.rankInterval === null,
      render: ({ rankInterval }) => (rankInterval ? rankInterval.join(' – ') : '–'),
    },
    {
      id: 'probabilityBest',
      label: 'P(best)',
      title: 'How probable it is that this trial is the best of all',
      width: 78,
      align: 'right',
      absent: (first) => first.rank === 1 && first.probabilityBest === null,
      render: ({ probabilityBest }) => (probabilityBest === null ? '–' : percent(probabilityBest)),
    },
    {
      id: 'folds',
      label: 'Folds',
      title: 'Each fold’s score as a dot, their mean as a line, ± one standard error as a band',
      width: 132,
      render: ({ score }, { scale }) => <FoldDots score={score} scale={scale} />,
    },
    {
      id: 'marks',
      label: 'Marks',
      width: 300,
      render: (item, { search, recommended, findings }) => (
        <Marks search={search} item={item} recommended={recommended === item.trial} findings={findings} />
      ),
    },
    ...varied.map(
      (name): Column => ({
        id: `param:${name}`,
        label: name,
        sort: name,
        width: Math.max(100, 34 + name.length * 8),
        render: ({ params }) => parameter(params[name]),
      }),
    ),
    figure('training', 'Training', ({ training }) => training.mean),
    figure('validationLoss', 'Val. loss', ({ loss }) => loss.validation),
    figure('trainingLoss', 'Train. loss', ({ loss }) => loss.training),
    {
      id: 'lossGap',
      label: 'Loss gap',
      title: 'Validation loss over training loss, minus 1; above 10 % a trial over-fits',
      sort: 'lossGap',
      width: 96,
      align: 'right',
      render: ({ lossGap }) => (lossGap === null ? '–' : percent(lossGap)),
    },
    {
      id: 'weightCount',
      label: 'Weights',
      sort: 'weightCount',
      width: 96,
      align: 'right',
      render: ({ weightCount }) => count(weightCount),
    },
    {
      id: 'epochs',
      label: 'Epochs',
      title: 'Epochs trained, mean over the folds',
      sort: 'meanEpochs',
      width: 84,
      align: 'right',
      render: ({ epochs }) => (epochs === null ? '–' : short(epochs)),
    },
    {
      id: 'seconds',
      label: 'Seconds',
      title: 'Training time of all folds',
      sort: 'seconds',
      width: 88,
      align: 'right',
      render: ({ seconds }) => (seconds === null ? '–' : short(seconds)),
    },
  ];
}

function Score({ item: { score, reason, status } }: { item: LeaderboardItem }) {
  if (score.mean === null) {
    return <span className="quiet">{reason === null ? status : 'none'}</span>;
  }
  return (
    <>
      <strong>{decimal(score.mean)}</strong>
      {score.standardError === null ? null : <span className="quiet"> ± {decimal(score.standardError)}</span>}
    </>
  );
}
