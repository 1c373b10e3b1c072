import { useQueries } from '@tanstack/react-query';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { api } from '../session/session.ts';
import { CurvesPlot } from './curves-plot.tsx';

interface PickedCurvesProps {
  search: string;
  picked: readonly number[];
  /** Shown where none is picked. */
  instead: readonly number[];
}

/** The learning curves of the trials that are picked on the board; without any, of those that lead. */
export function PickedCurves({ search, picked, instead }: PickedCurvesProps) {
  const numbers = picked.length > 0 ? picked : instead;
  const results = useQueries({
    queries: numbers.map((trial) => ({
      queryKey: ['trial', search, trial],
      queryFn: () => api.getTrial(search, trial),
    })),
  });
  const trials = results.flatMap(({ data }) => data ?? []);
  const error = results.find((result) => result.error)?.error;
  if (numbers.length === 0) return <p className="quiet">No trial is complete yet.</p>;
  return (
    <>
      {error ? <Failure error={error} /> : null}
      {trials.length === 0 && !error ? <Loading what="the curves" block /> : null}
      {trials.length > 0 ? <CurvesPlot trials={trials} /> : null}
      <p className="quiet small">
        {picked.length > 0
          ? `Of the trials picked on the board: ${picked.join(', ')}.`
          : 'Of the best and the recommended trial. Pick others by the boxes on the board, up to six.'}
      </p>
    </>
  );
}
