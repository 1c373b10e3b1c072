import { Command } from 'commander';

type ServeOptions = Record<string, string | undefined> & { demo?: boolean };

export const serveCommand = () =>
  new Command('serve')
    .description('the whole service on this machine: Postgres, API, worker and evaluator')
    .option('--port <n>', 'port of the API; 0 picks a free one (PORT, default 8080)')
    .option(
      '--host <address>',
      'address to listen on; other than loopback needs HOLDFAST_KEY (HOST, default 127.0.0.1)',
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
    .action(async (options: ServeOptions) => {
      const { runServe } = await import('./run-serve.ts');
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
