import { migrate } from '@holdfast/db/migrate';
import { openQueues } from '@holdfast/queue/open-queues';

/** `holdfast migrate`: the tables, and the queue's own where there is no Redis. Gives the exit code. */
export async function runMigrate(environment: NodeJS.ProcessEnv): Promise<number> {
  const url = environment['DATABASE_OWNER_URL'] || environment['DATABASE_URL'];
  if (!url) {
    process.stderr.write('DATABASE_URL is not set: postgres://user:password@host:port/database\n');
    return 1;
  }
  try {
    const { applied } = await migrate(url);
    if (!environment['REDIS_URL']) {
      const queues = await openQueues({ redisUrl: null, databaseUrl: url });
      await queues.close();
    }
    process.stdout.write(applied.length > 0 ? `Applied ${applied.join(', ')}\n` : 'Nothing to apply.\n');
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
