import { holdfastVersion } from '@holdfast/contracts/versions';
import { Command } from 'commander';
import { keysCommand } from './keys/keys-command.ts';
import { runMigrate } from './migrate/run-migrate.ts';
import { modelCommand } from './models/model-command.ts';
import { runServe } from './serve/run-serve.ts';

const program = new Command('holdfast')
  .description('Hyperparameter search and cross-validation of small neural networks')
  .version(holdfastVersion)
  .showHelpAfterError('(holdfast --help lists what there is)');

program
  .command('serve')
  .description('the whole service on this machine: Postgres, API, worker and evaluator')
  .option('--port <n>', 'port of the API; 0 picks a free one (PORT, default 8080)')
  .option(
    '--host <address>',
    'address to listen on; other than loopback needs a key (HOST, default 127.0.0.1)',
  )
  .option('--home <dir>', 'data folder (HOLDFAST_HOME, default .holdfast)')
  .option('--threads <n>', 'training threads (HOLDFAST_THREADS, default: one a core)')
  .option('--database-url <url>', 'a Postgres to use in place of the embedded one (DATABASE_URL)')
  .option('--redis-url <url>', 'a Redis for the queue; without it the queue is on Postgres (REDIS_URL)')
  .option('--log-level <level>', 'of the log files under <dir>/logs (LOG_LEVEL, default info)')
  .option(
    '--demo',
    'load the example data and run the example search on an empty store (HOLDFAST_DEMO=0: not)',
  )
  .action(async (options: Record<string, string | undefined> & { demo?: boolean }) => {
    process.exitCode = await runServe({
      PORT: options['port'],
      HOST: options['host'],
      HOLDFAST_HOME: options['home'],
      HOLDFAST_THREADS: options['threads'],
      DATABASE_URL: options['databaseUrl'],
      REDIS_URL: options['redisUrl'],
      LOG_LEVEL: options['logLevel'],
      demo: options.demo ?? false,
    });
    process.exit();
  });

for (const [name, description, module] of [
  ['api', 'the HTTP API alone (DATABASE_URL, REDIS_URL, HOST, PORT, HOLDFAST_KEY)', '@holdfast/api/server'],
  ['worker', 'a worker alone (DATABASE_URL, REDIS_URL, HOLDFAST_THREADS)', '@holdfast/worker/worker'],
  ['evaluator', 'the evaluator alone (DATABASE_URL, HOLDFAST_HOME)', '@holdfast/evaluator/evaluator'],
] as const) {
  program
    .command(name)
    .description(description)
    .action(async () => {
      await import(module);
    });
}

program
  .command('migrate')
  .description('bring the database of DATABASE_OWNER_URL or DATABASE_URL to this version')
  .action(async () => {
    process.exitCode = await runMigrate(process.env);
  });

program.addCommand(modelCommand());
program.addCommand(keysCommand(process.env));

await program.parseAsync();
