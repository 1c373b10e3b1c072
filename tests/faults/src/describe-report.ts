import type { CampaignReport } from './run-campaign.ts';

/** The report as Markdown: a line for each kind of fault, and the sums. */
export function describeReport(report: CampaignReport): string {
  const { options, injected, withoutOccasion, recoveries, violations } = report;
  const count = (word: string) => violations.filter((violation) => violation.startsWith(`${word}:`)).length;
  const total = [...injected.values()].reduce((sum, one) => sum + one, 0);
  const missed = [...withoutOccasion.values()].reduce((sum, one) => sum + one, 0);
  const lines = [
    `Seed ${options.seed}, ${total} faults injected (${missed} more found no occasion), ${options.workers} workers, ` +
      `queue on ${options.queue === 'redis' ? 'Redis' : 'Postgres'}, ${(report.seconds / 60).toFixed(0)} minutes; ` +
      `${report.searches} searches, ${report.models} models, ${report.reveals} reveals, ${report.foldRuns} fold runs with one result each, ${report.attemptsLost} attempts lost, ` +
      `${report.lateResults} late results dropped. Lost: ${count('lost')}. Double: ${count('double')}. ` +
      `Other violations: ${violations.length - count('lost') - count('double')}.`,
    '',
    '| fault | injected | recovery p50 | p99 | longest |',
    '| --- | ---: | ---: | ---: | ---: |',
  ];
  for (const [kind, times] of [...injected].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    lines.push(row(kind, times, recoveries.get(kind) ?? []));
  }
  lines.push(row('**all**', total, [...recoveries.values()].flat()));
  return lines.join('\n');
}

function row(name: string, times: number, seconds: readonly number[]): string {
  const sorted = seconds.toSorted((a, b) => a - b);
  const at = (share: number) => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    return value === undefined ? '' : `${value.toFixed(1)} s`;
  };
  return `| ${name} | ${times} | ${at(0.5)} | ${at(0.99)} | ${at(1)} |`;
}
