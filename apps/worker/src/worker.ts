import { parseArgs } from 'node:util';
import { NotMigratedError } from '@holdfast/db/database-errors';
import { isDatabaseUnreachable } from '@holdfast/db/database-unreachable';
import { QueueUnavailableError } from '@holdfast/queue/within';
import { retry } from './retry.ts';
import { readSettings, settingsHelp, type WorkerSettings } from './settings.ts';
import { type RunningWorker, startWorker } from './start-worker.ts';

const help = `Usage: node apps/worker/dist/worker.js

Trains the fold runs of all searches in the database. Start as many as there are machines.
SIGTERM and SIGINT drain it: it claims nothing more, gives back what would take longer, and ends within 10 s.

Settings (environment):
${settingsHelp}
`;

const startPatienceMs = 60_000;

const ending = new AbortController();
let worker: RunningWorker | null = null;

/** The servers may still be starting, and the tables still be on their way. */
async function startPatiently(settings: WorkerSettings): Promise<RunningWorker> {
  const giveUp = AbortSignal.timeout(startPatienceMs);
  let told = false;
  return retry(() => startWorker(settings), {
    isOutage: (error) =>
      isDatabaseUnreachable(error) ||
      error instanceof QueueUnavailableError ||
      error instanceof NotMigratedError,
    signal: AbortSignal.any([ending.signal, giveUp]),
    onOutage: (error) => {
      if (!told) process.stderr.write(`${explain(error)} Waiting for it.\n`);
      told = true;
    },
  });
}

function explain(error: unknown): string {
  if (isDatabaseUnreachable(error)) return `Postgres (DATABASE_URL) does not answer: ${messageOf(error)}.`;
  return messageOf(error);
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** A parent that started the worker with a channel is told when it is ready, and its end is a SIGTERM. */
async function end(): Promise<void> {
  if (ending.signal.aborted) return;
  ending.abort();
  await worker?.close();
  process.exit(0);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const settings = readSettings(process.env);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end());
  process.on('disconnect', () => void end());
  const started = await startPatiently(settings);
  worker = started;
  if (ending.signal.aborted) {
    await started.close();
    process.exit(0);
  }
  process.send?.({ ready: true, id: started.id });
}

main().catch((error: unknown) => {
  if (ending.signal.aborted) process.exit(0);
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});
