import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeReport } from './describe-report.ts';
import { kindsFor, runCampaign } from './run-campaign.ts';

const usage = `Usage: pnpm faults [options]

Starts Postgres, Redis, API, evaluator and workers, disturbs them by a schedule of faults while clients search, and checks
every invariant at the end. Ends with 1 where one does not hold.

  --seed N        which schedule; the same seed replays it (default: 1)
  --faults M      how many faults (default: 100)
  --workers N     processes that train, with one thread each (default: 3)
  --queue NAME    redis or postgres (default: redis where redis-server is installed)
  --soak M        minutes under load without a fault before them: memory and connections must not grow (default: 0)
  --at-once N     faults that may overlap (default: 6); with 1 each waits for the work to recover from the last
  --settle S      seconds in which all must end after the last fault (default: 300)
  --only A,B      these kinds of faults alone
  --kinds         lists the kinds of faults
  --schedule      prints the schedule and does nothing
  --help          this text
`;

const options = {
  seed: { type: 'string', default: '1' },
  faults: { type: 'string', default: '100' },
  workers: { type: 'string', default: '3' },
  queue: { type: 'string' },
  only: { type: 'string' },
  settle: { type: 'string', default: '300' },
  soak: { type: 'string', default: '0' },
  'at-once': { type: 'string', default: '6' },
  kinds: { type: 'boolean' },
  schedule: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new TypeError(`--${name} must be a whole number, not ${text}`);
  return Number(text);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
  const queue = values.queue ?? (hasRedis ? 'redis' : 'postgres');
  if (queue !== 'redis' && queue !== 'postgres') throw new TypeError('--queue must be redis or postgres');
  const seed = wholeNumber('seed', values.seed);
  const faults = wholeNumber('faults', values.faults);
  const workers = wholeNumber('workers', values.workers);
  const settleSeconds = wholeNumber('settle', values.settle);
  const only = values.only?.split(',');
  if (values.kinds) {
    process.stdout.write(`${Object.keys(kindsFor({ queue, only })).join('\n')}\n`);
    return 0;
  }
  if (values.schedule) {
    const { drawSchedule } = await import('./schedule.ts');
    process.stdout.write(
      `${JSON.stringify(drawSchedule(seed, faults, kindsFor({ queue, only })), null, 1)}\n`,
    );
    return 0;
  }

  const interrupted = new AbortController();
  process.once('SIGINT', () => {
    console.log('No further faults; waiting for the searches that run. Ctrl-C again ends at once.');
    interrupted.abort();
    process.once('SIGINT', () => process.exit(130));
  });
  const began = performance.now();
  const log = (line: string) =>
    console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${line}`);
  const report = await runCampaign({
    seed,
    faults,
    workers,
    queue,
    only,
    settleSeconds,
    soakMinutes: wholeNumber('soak', values.soak),
    atOnce: wholeNumber('at-once', values['at-once']),
    signal: interrupted.signal,
    log,
  });
  const table = describeReport(report);
  const folder = join(resolve(import.meta.dirname, '../../..'), '.cache', 'faults');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `seed-${seed}.md`), `${table}\n`);
  console.log(`\n${table}\n`);
  if (report.violations.length === 0) return 0;
  const file = join(folder, `seed-${seed}.json`);
  await writeFile(
    file,
    JSON.stringify({ violations: report.violations, schedule: report.schedule }, null, 1),
  );
  console.error(`${report.violations.length} violations:\n${report.violations.join('\n')}\n`);
  const replay = `--seed ${seed} --faults ${faults} --workers ${workers} --at-once ${values['at-once']} --queue ${queue}${only ? ` --only '${only.join(',')}'` : ''}`;
  console.error(`The schedule stands in ${file}. Replay it with: pnpm faults ${replay}`);
  return 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof TypeError ? error.message : error);
    process.exit(2);
  },
);
