import { provideLogins } from '@holdfast/db/logins';
import { migrate } from '@holdfast/db/migrate';
import { migrateQueues } from '@holdfast/queue/queue-tables';
import { loginAddresses } from './login-addresses.ts';

/**
 * `holdfast migrate`: the tables, the queue's own where there is no Redis, who may do what with them, and the logins whose
 * addresses are given. Gives the exit code.
 */
export async function runMigrate(
  environment: NodeJS.ProcessEnv,
  { json }: { json: boolean },
): Promise<number> {
  const url = environment['DATABASE_OWNER_URL'] || environment['DATABASE_URL'];
  if (!url) {
    process.stderr.write('DATABASE_OWNER_URL is not set: postgres://user:password@host:port/database\n');
    return 1;
  }
  try {
    const logins = loginAddresses(environment);
    // What the other processes wait for comes last.
    if (!environment['REDIS_URL']) await migrateQueues(url);
    const { applied } = await migrate(url);
    if (!json)
      process.stdout.write(applied.length > 0 ? `Applied ${applied.join(', ')}\n` : 'Nothing to apply.\n');
    await provideLogins(url, logins);
    const provided = Object.keys(logins);
    if (json) process.stdout.write(`${JSON.stringify({ applied, logins: provided })}\n`);
    else if (provided.length > 0) process.stdout.write(`Provided the logins of ${provided.join(', ')}.\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
