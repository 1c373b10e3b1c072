import { parseArgs } from 'node:util';
import { runFuzz } from './run-fuzz.ts';

const usage = `Usage: pnpm fuzz [--seed N] [--requests M] [--uploads U]

Sends requests drawn from the OpenAPI document (default: seed 1, 10000 requests), a tenth of them uploads of drawn CSV files,
to a service of its own. Ends with 1 where one is answered with 5xx or not at all, or the service's memory grows without
bound.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      requests: { type: 'string', default: '10000' },
      uploads: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const report = await runFuzz({
    seed: Number(values.seed),
    requests: Number(values.requests),
    uploads: Number(values.uploads ?? Number(values.requests) / 10),
    log: (line) => console.log(line),
  });
  const statuses = [...report.statuses]
    .toSorted(([a], [b]) => a - b)
    .map(([status, count]) => `${status}: ${count}`);
  const { before, after } = report.megabytes;
  console.log(
    `${report.requests} requests in ${report.seconds.toFixed(0)} s; ${statuses.join(', ')}; memory of the API ${before?.toFixed(0)} → ${after?.toFixed(0)} MB; ${report.violations.length} violations`,
  );
  return report.violations.length === 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(2);
  },
);
