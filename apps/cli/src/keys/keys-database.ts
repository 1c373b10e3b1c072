import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { migrate } from '@holdfast/db/migrate';
import { type Database, openDatabase } from '@holdfast/db/open-database';
import { startPostgres } from '@holdfast/embedded-postgres/start-postgres';
import { UsageError } from '../command/usage-error.ts';

/**
 * Opens the database that keys stand in, brought up to date: that of DATABASE_URL, else the embedded one of
 * HOLDFAST_HOME, which is started for as long where it does not run.
 * @throws UsageError where the folder has none and `makes` is off: what is looked for is elsewhere
 */
export async function withKeysDatabase<T>(
  { environment, makes }: { environment: NodeJS.ProcessEnv; makes: boolean },
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const given = environment['DATABASE_OWNER_URL'] || environment['DATABASE_URL'];
  const home = resolve(environment['HOLDFAST_HOME'] || '.holdfast');
  if (!given && !existsSync(join(home, 'postgres'))) {
    if (!makes) {
      throw new UsageError(
        `There is no data folder ${home}. Name it by HOLDFAST_HOME, or another database by DATABASE_URL.`,
      );
    }
    process.stderr.write(`The key is the first thing in a new data folder: ${home}\n`);
  }
  const own = given ? null : await startPostgres({ dataFolder: join(home, 'postgres') });
  const url = given || own!.url;
  try {
    await migrate(url);
    const database = openDatabase({ url, name: 'holdfast keys', poolSize: 1 });
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  } finally {
    if (own && !own.adopted) await own.stop();
  }
}
