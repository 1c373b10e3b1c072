import type { DashboardFigures } from './run-dashboard.ts';

/** What was measured beside what is asked for. */
export function describeDashboard(figures: DashboardFigures): string[] {
  const { firstView, scroll, filter, plots, live } = figures;
  return [
    `a search of ${figures.trials.toLocaleString('en')} trials`,
    `  first view, when it is worked out:        ${firstView.ever} ms`,
    `  first view, after a start of the service: ${firstView.cold} ms (asked for: under 2000)`,
    `  first view, later:                        ${firstView.warm} ms (asked for: under 2000)`,
    `  rows far down, right after a start:       ${scroll.cold} ms`,
    `  rows far down, later:                     ${scroll.warm} ms`,
    `  a filter:                                 ${filter} ms`,
    ...Object.entries(plots).map(([name, ms]) => `  ${`${name}:`.padEnd(41)} ${ms} ms`),
    `a search of 1,000 trials that runs, watched for ${live.seconds} s`,
    `  longest task of the page:                 ${live.longestTask} ms (asked for: under 200)`,
    `  refreshes of the board:                   ${live.refreshes}`,
  ];
}
