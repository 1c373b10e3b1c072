import { useMemo } from 'react';
import { useDark } from '../frame/theme.ts';

const names = {
  ink: '--ink',
  quiet: '--quiet',
  line: '--line',
  strongLine: '--line-strong',
  surface: '--surface',
  accent: '--accent',
  mark: '--mark',
  bad: '--bad',
  scoreLow: '--score-low',
  scoreMiddle: '--score-middle',
  scoreHigh: '--score-high',
} as const;

export type ChartTheme = Record<keyof typeof names, string> & {
  font: string;
  /** Told apart by hue and by lightness, so that colour-blind eyes tell them too. */
  series: readonly string[];
  dark: boolean;
};

/** The page's colours for canvases, which know no custom properties; new ones with each change of light and dark. */
export function useChartTheme(): ChartTheme {
  const dark = useDark();
  return useMemo(() => {
    const style = getComputedStyle(document.documentElement);
    const read = (name: string) => style.getPropertyValue(name).trim();
    return {
      ...(Object.fromEntries(Object.entries(names).map(([key, name]) => [key, read(name)])) as Record<
        keyof typeof names,
        string
      >),
      font: read('--font-text'),
      series: Array.from({ length: 10 }, (_, n) => read(`--series-${n + 1}`)),
      dark,
    };
  }, [dark]);
}

/** What all charts share. Tooltips are drawn, not made of HTML: the content-security policy takes no inline styles. */
export function chartBase(theme: ChartTheme) {
  return {
    textStyle: { fontFamily: theme.font, color: theme.quiet, fontSize: 12 },
    grid: { left: 14, right: 22, top: 30, bottom: 30, containLabel: true },
    tooltip: {
      renderMode: 'richText',
      confine: true,
      backgroundColor: theme.surface,
      borderColor: theme.strongLine,
      borderWidth: 1,
      padding: [8, 10],
      textStyle: { color: theme.ink, fontFamily: theme.font, fontSize: 12 },
    },
  };
}

export function axisStyle(theme: ChartTheme, name: string) {
  return {
    name,
    nameLocation: 'middle',
    nameGap: 28,
    nameTextStyle: { color: theme.quiet, fontFamily: theme.font },
    // At the edge, where the labels are, also where 0 is in the middle.
    axisLine: { onZero: false, lineStyle: { color: theme.strongLine } },
    axisTick: { lineStyle: { color: theme.strongLine } },
    axisLabel: { color: theme.quiet, fontFamily: theme.font, hideOverlap: true },
    splitLine: { lineStyle: { color: theme.line } },
  };
}
