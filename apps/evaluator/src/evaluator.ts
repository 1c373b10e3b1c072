import { readSettings } from './settings.ts';
import { startEvaluator } from './start-evaluator.ts';

const help = `Usage: node apps/evaluator/dist/evaluator.js

Holds the private key of the sealed test sets; run exactly one, on a machine that no worker shares.

Settings (environment):
  DATABASE_URL    postgres://user:password@host:port/database (needed)
  HOLDFAST_HOME   folder of the private key (default .holdfast)
  LOG_LEVEL       trace, debug, info, warn, error, fatal or silent (default info)
`;

if (process.argv.includes('--help')) {
  process.stdout.write(help);
} else {
  try {
    const evaluator = await startEvaluator(readSettings(process.env));
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
