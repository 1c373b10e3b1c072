import { Command } from 'commander';
import { jsonOption } from '../command/service-options.ts';

export const migrateCommand = () =>
  new Command('migrate')
    .description('bring the database of DATABASE_OWNER_URL (or DATABASE_URL) to this version, as its owner')
    .addHelpText(
      'after',
      `
Makes the tables, the queue's too where REDIS_URL is not set, and says who may
do what with them. Where DATABASE_API_URL, DATABASE_WORKER_URL and
DATABASE_EVALUATOR_URL are set, the logins that they name are provided:
docs/operations.md#database-logins`,
    )
    .addOption(jsonOption())
    .action(async ({ json = false }: { json?: boolean }) => {
      const { runMigrate } = await import('./run-migrate.ts');
      process.exitCode = await runMigrate(process.env, { json });
    });
