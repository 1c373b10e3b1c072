import { setTimeout as pause } from 'node:timers/promises';
import { NotMigratedError } from '@holdfast/db/database-errors';
import { isDatabaseUnreachable } from '@holdfast/db/database-unreachable';
import { type EvaluatorSettings, readSettings } from './settings.ts';
import { type Evaluator, startEvaluator } from './start-evaluator.ts';

const help = `Usage: node apps/evaluator/dist/evaluator.js

Holds the private key of the sealed test sets; run exactly one, on a machine that no worker shares.

Settings (environment):
  DATABASE_URL    postgres://holdfast_evaluator:password@host:port/database (needed)
  HOLDFAST_HOME   folder of the private key (default .holdfast)
  LOG_LEVEL       trace, debug, info, warn, error, fatal or silent (default info)
`;

const patienceMs = 60_000;

/** Where everything starts at once, the database may be the last to answer, and its owner still at the tables. */
async function startPatiently(settings: EvaluatorSettings): Promise<Evaluator> {
  const deadline = performance.now() + patienceMs;
  for (let told = false; ; told = true) {
    try {
      return await startEvaluator(settings);
    } catch (error) {
      const waits = error instanceof NotMigratedError || isDatabaseUnreachable(error);
      if (!waits || performance.now() > deadline) throw error;
      if (!told) process.stderr.write(`${(error as Error).message} Waiting for it.\n`);
      await pause(1000);
    }
  }
}

if (process.argv.includes('--help')) {
  process.stdout.write(help);
} else {
  try {
    const evaluator = await startPatiently(readSettings(process.env));
    const stop = () => void evaluator.close().finally(() => process.exit(0));
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    // Forked by `holdfast serve`: goes when it goes, however it went.
    process.once('disconnect', stop);
    process.send?.({ ready: true, publicKey: evaluator.publicKey });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
