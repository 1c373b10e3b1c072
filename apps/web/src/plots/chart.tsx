import { CustomChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import { type ECharts, type EChartsCoreOption, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

use([
  CanvasRenderer,
  CustomChart,
  DataZoomComponent,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  LineChart,
  MarkAreaComponent,
  MarkLineComponent,
  ScatterChart,
  TooltipComponent,
  VisualMapComponent,
]);

export interface ChartProps {
  option: EChartsCoreOption;
  /** What it shows, in a sentence: for those who do not see it. */
  label: string;
  height?: number;
  /** Called with the trial whose mark was clicked; marks carry it as `trial`. */
  onTrial?: (trial: number) => void;
}

/** A canvas that ECharts draws on; as wide as its place. */
export function Chart({ option, label, height = 340, onTrial }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(null);
  const handler = useRef(onTrial);
  handler.current = onTrial;

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = init(element, null, { renderer: 'canvas' });
    chart.current = made;
    made.on('click', ({ data }) => {
      const trial = (data as { trial?: unknown } | null)?.trial;
      if (typeof trial === 'number') handler.current?.(trial);
    });
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(
      { animation: false, ...option },
      { replaceMerge: ['series', 'xAxis', 'yAxis', 'visualMap'] },
    );
  }, [option]);

  return <div ref={box} className="chart" role="img" aria-label={label} style={{ height }} />;
}
