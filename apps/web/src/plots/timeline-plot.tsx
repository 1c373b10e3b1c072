import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { count, countOf } from '../format/figures.ts';
import { clockTime, duration } from '../format/time.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { api } from '../session/session.ts';
import { Chart } from './chart.tsx';
import { axisStyle, chartBase, useChartTheme } from './chart-theme.ts';
import { timelineLanes } from './timeline-lanes.ts';

const most = 1000;
const laneHeight = 22;

/** When which worker trained which fold; each bar a fold run, its colour the trial's. */
export function TimelinePlot({ search, onTrial }: { search: string; onTrial: (trial: number) => void }) {
  const theme = useChartTheme();
  const timeline = useQuery({
    queryKey: ['plots', search, 'timeline'],
    queryFn: () => api.getTimeline(search, { limit: most }),
  });
  const lanes = useMemo(
    () => (timeline.data ? timelineLanes(timeline.data.items, Date.now()) : []),
    [timeline.data],
  );
  const option = useMemo(() => {
    const workers = [...new Set(lanes.map(({ worker }) => worker))];
    const labels = lanes.map(({ worker }, n) =>
      lanes[n - 1]?.worker === worker ? '' : `worker ${workers.indexOf(worker) + 1}`,
    );
    return {
      ...chartBase(theme),
      tooltip: {
        ...chartBase(theme).tooltip,
        formatter: ({ data }: { data: { text: string } }) => data.text,
      },
      xAxis: { ...axisStyle(theme, ''), type: 'time', splitLine: { show: false } },
      yAxis: {
        ...axisStyle(theme, ''),
        type: 'category',
        // By index, since rows of one worker share a name.
        data: lanes.map((_, n) => n),
        inverse: true,
        axisLabel: {
          color: theme.quiet,
          fontFamily: theme.font,
          formatter: (n: string) => labels[Number(n)],
        },
        splitLine: { show: false },
      },
      dataZoom: [{ type: 'inside', filterMode: 'weakFilter' }],
      series: [
        {
          type: 'custom',
          clip: true,
          encode: { x: [1, 2], y: 0 },
          renderItem: (
            _: unknown,
            context: {
              value: (dimension: number) => number;
              coord: (point: number[]) => [number, number];
              size: (extent: number[]) => [number, number];
            },
          ) => {
            const [x, y] = context.coord([context.value(1), context.value(0)]);
            const [end] = context.coord([context.value(2), context.value(0)]);
            const height = context.size([0, 1])[1] * 0.72;
            return {
              type: 'rect',
              shape: { x, y: y - height / 2, width: Math.max(1, end - x), height, r: 2 },
              style: {
                fill: theme.series[context.value(3) % theme.series.length],
                opacity: context.value(4) === 1 ? 0.4 : 0.9,
                stroke: theme.surface,
                lineWidth: 0.5,
              },
            };
          },
          data: lanes.flatMap(({ worker, runs }, lane) =>
            runs.map(({ run, from, to }) => ({
              value: [lane, from, to, run.trial, run.state === 'running' ? 1 : 0],
              trial: run.trial,
              text: [
                `Trial ${run.trial}, fold ${run.fold}${run.repeat > 0 ? `, repeat ${run.repeat}` : ''}: ${run.state}`,
                `worker ${workers.indexOf(worker) + 1} (${worker})`,
                `${clockTime(from)}, ${((to - from) / 1000).toFixed(2)} s`,
              ].join('\n'),
            })),
          ),
        },
      ],
    };
  }, [lanes, theme]);
  if (timeline.isPending) return <Loading what="the time line" block />;
  if (!timeline.data)
    return timeline.error ? <Failure error={timeline.error} retry={timeline.refetch} /> : null;
  const { items, total } = timeline.data;
  if (items.length === 0) return <p className="quiet">Nothing has been trained yet.</p>;
  const workers = new Set(lanes.map(({ worker }) => worker)).size;
  const from = lanes.reduce((first, { runs }) => Math.min(first, runs[0]?.from ?? first), Infinity);
  const to = lanes.reduce((last, { runs }) => Math.max(last, runs.at(-1)?.to ?? last), 0);
  const busy = lanes.reduce(
    (sum, { runs }) => sum + runs.reduce((part, one) => part + one.to - one.from, 0),
    0,
  );
  const share = to > from ? busy / ((to - from) * lanes.length) : 1;
  return (
    <>
      <Chart
        option={option}
        onTrial={onTrial}
        height={Math.min(520, 90 + lanes.length * laneHeight * 1.5)}
        label={`Time line of ${countOf(items.length, 'fold run')} on ${countOf(workers, 'worker')} over ${duration((to - from) / 1000)}.`}
      />
      <p className="quiet small">
        {total > items.length
          ? `The latest ${count(items.length)} of ${count(total)} fold runs`
          : countOf(total, 'fold run')}{' '}
        on {countOf(workers, 'worker')}, {countOf(lanes.length, 'row')} at a time; {Math.round(share * 100)} %
        of the time they were training. Turn the wheel to look closer.
      </p>
    </>
  );
}
