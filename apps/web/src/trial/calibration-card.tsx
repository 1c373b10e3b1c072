import { useQuery } from '@tanstack/react-query';
import { count, decimal, percent } from '../format/figures.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { api } from '../session/session.ts';

const size = 260;
const margin = 34;

interface CalibrationCardProps {
  search: string;
  trial: number;
  /** Folds that are done: with each more there are more predictions. */
  done: number;
}

/** Reliability diagram: how often the model was right, by how sure it was. */
export function CalibrationCard({ search, trial, done }: CalibrationCardProps) {
  const calibration = useQuery({
    queryKey: ['trial', search, trial, 'calibration', done],
    queryFn: () => api.getCalibration(search, trial),
  });
  const place = (value: number) => margin + value * (size - margin);
  const { data } = calibration;
  const most = Math.max(1, ...(data?.bins.map(({ count: n }) => n) ?? []));
  return (
    <section className="card" aria-labelledby="calibration-title">
      <h2 id="calibration-title">Calibration</h2>
      {calibration.isError ? <Failure error={calibration.error} retry={calibration.refetch} /> : null}
      {calibration.isPending ? <Loading what="the calibration" block /> : null}
      {data ? (
        <div className="calibration">
          <svg
            viewBox={`0 0 ${size + 12} ${size + 12}`}
            role="img"
            aria-label={`Accuracy by confidence: ${data.bins
              .filter(({ count: n }) => n > 0)
              .map(
                ({ confidence, accuracy, count: n }) =>
                  `${percent(confidence ?? 0)} sure, ${percent(accuracy ?? 0)} right, ${n} predictions`,
              )
              .join('; ')}`}
          >
            <title>Reliability diagram</title>
            {[0, 0.25, 0.5, 0.75, 1].map((tick) => (
              <g key={tick} className="grid">
                <line
                  x1={margin}
                  x2={size}
                  y1={size - tick * (size - margin)}
                  y2={size - tick * (size - margin)}
                />
                <text x={margin - 6} y={size - tick * (size - margin) + 4} textAnchor="end">
                  {tick * 100}
                </text>
                <text x={place(tick)} y={size + 12} textAnchor="middle">
                  {tick * 100}
                </text>
              </g>
            ))}
            <line className="ideal" x1={margin} y1={size} x2={size} y2={margin} />
            {data.bins.map(({ from, to, count: n, confidence, accuracy }) =>
              confidence === null || accuracy === null ? null : (
                <g key={from}>
                  <rect
                    className="bar"
                    x={place(from) + 1}
                    width={place(to) - place(from) - 2}
                    y={size - accuracy * (size - margin)}
                    height={accuracy * (size - margin)}
                    opacity={0.25 + 0.75 * Math.sqrt(n / most)}
                  />
                  <line
                    className="off"
                    x1={place(confidence)}
                    x2={place(confidence)}
                    y1={size - confidence * (size - margin)}
                    y2={size - accuracy * (size - margin)}
                  />
                </g>
              ),
            )}
          </svg>
          <div className="stack">
            <p>
              <strong className="big-figure">{decimal(data.expectedCalibrationError)}</strong>
              <br />
              <span className="quiet small">expected calibration error</span>
            </p>
            <p className="quiet small">
              Across: how sure the model was, in %. Up: how often it was right. On the diagonal both agree;
              bars below it are over-confident, by the length of the stroke. The stronger the bar, the more of
              the {count(data.predictions)} out-of-fold predictions it holds.
            </p>
          </div>
        </div>
      ) : null}
    </section>
  );
}
