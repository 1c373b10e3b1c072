import { openDatabase } from '@holdfast/db/open-database';
import { openQueues } from '@holdfast/queue/open-queues';
import type { Finding } from './check.ts';

/** The database and the queue that the environment names; what it does not name is not looked at. */
export async function checkStores(environment: NodeJS.ProcessEnv): Promise<Finding[]> {
  const databaseUrl = environment['DATABASE_URL'];
  const redisUrl = environment['REDIS_URL'];
  if (!databaseUrl) return [];
  const findings = [await checkDatabase(databaseUrl)];
  if (redisUrl) findings.push(await checkRedis(redisUrl, databaseUrl));
  return findings;
}

async function checkDatabase(url: string): Promise<Finding> {
  const what = 'database';
  const database = openDatabase({ url, name: 'holdfast-doctor' });
  try {
    const { rows } = await within(
      database.pool.query<{ version: string; migrations: string | null }>(
        `SELECT current_setting('server_version') AS version, to_regclass('_prisma_migrations')::text AS migrations`,
      ),
    );
    const found = `Postgres ${rows[0]?.version} answers`;
    if (rows[0]?.migrations) return { what, state: 'ok', found };
    return {
      what,
      state: 'wrong',
      found: `${found}, without Holdfast’s tables`,
      wayOut: 'Run: holdfast migrate',
    };
  } catch (error) {
    return {
      what,
      state: 'wrong',
      found: (error as Error).message,
      wayOut: 'Look at DATABASE_URL, and whether Postgres runs',
    };
  } finally {
    await database.close();
  }
}

async function checkRedis(redisUrl: string, databaseUrl: string): Promise<Finding> {
  const what = 'queue';
  try {
    const queues = await within(openQueues({ redisUrl, databaseUrl }));
    try {
      const waiting = await within(queues.trainFolds.waiting());
      return { what, state: 'ok', found: `Redis answers, ${waiting} jobs wait` };
    } finally {
      await queues.close();
    }
  } catch (error) {
    return {
      what,
      state: 'wrong',
      found: (error as Error).message,
      wayOut: 'Look at REDIS_URL, and whether Redis runs',
    };
  }
}

/** @throws Error after five seconds */
async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('does not answer within 5 s')), 5000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
