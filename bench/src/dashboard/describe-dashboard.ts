import type { DashboardFigures } from './run-dashboard.ts';

const told = ({ milliseconds, processorSeconds }: DashboardFigures['firstView']['cold']) =>
  `${milliseconds} ms, ${processorSeconds} processor seconds`;

/** What was measured beside what is asked for. */
export function describeDashboard(figures: DashboardFigures): string[] {
  const { firstView, scroll, filter, plots, live } = figures;
  return [
    `a search of ${figures.trials.toLocaleString('en')} trials`,
    `  first view, when it is worked out:        ${told(firstView.ever)}`,
    `  first view, after a start of the service: ${told(firstView.cold)}; asked for: under 2000 ms`,
    `  first view, later:                        ${told(firstView.warm)}; asked for: under 2000 ms`,
    `  rows far down, right after a start:       ${scroll.cold} ms`,
    `  rows far down, later:                     ${scroll.warm} ms`,
    `  a filter:                                 ${filter} ms`,
    ...Object.entries(plots).map(([name, ms]) => `  ${`${name}:`.padEnd(41)} ${ms} ms`),
    `a search of 1,000 trials that runs, watched for ${live.seconds} s`,
    `  longest task of the page:                 ${live.longestTask} ms (asked for: under 200)`,
    `  refreshes of the board:                   ${live.refreshes}`,
  ];
}
