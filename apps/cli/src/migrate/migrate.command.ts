import { Command } from 'commander';

export const migrateCommand = () =>
  new Command('migrate')
    .description('bring the database of DATABASE_OWNER_URL or DATABASE_URL to this version')
    .action(async () => {
      const { runMigrate } = await import('./run-migrate.ts');
      process.exitCode = await runMigrate(process.env);
    });
