import { setTimeout as pause } from 'node:timers/promises';
import { NotMigratedError } from '@holdfast/db/database-errors';
import { isDatabaseUnreachable } from '@holdfast/db/database-unreachable';
import { migrate } from '@holdfast/db/migrate';
import { openDatabase } from '@holdfast/db/open-database';
import { openQueues } from '@holdfast/queue/open-queues';
import { openTracing } from '@holdfast/tracing/tracing';
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { buildApp } from './app.ts';
import type { ApiSettings } from './settings.ts';

export interface RunningApi {
  /** Where it listens: `http://127.0.0.1:8080`. */
  url: string;
  /** Ends streams, answers what is under way, closes; ends in time also while database or queue are down. */
  close(): Promise<void>;
}

const closeMs = 8000;
const storeCloseMs = 1500;
const databasePatienceMs = 30_000;

/**
 * Brings the database up to date, or waits until its owner has; opens the queue and listens.
 * @throws SettingsError; whatever says that database, queue or port are not to be had
 */
export async function startApi(settings: ApiSettings): Promise<RunningApi> {
  const logger = pino({
    level: settings.logLevel,
    base: { app: 'api' },
    redact: ['req.headers.authorization', 'headers.authorization'],
  }) as FastifyBaseLogger;
  await bringUpToDate(settings.databaseUrl, logger);
  const database = openDatabase({ url: settings.databaseUrl, name: 'holdfast-api' });
  const queues = await openQueues({ ...settings, log: logger }).catch(async (error) => {
    await database.close();
    throw error;
  });
  const tracing = await openTracing(process.env, 'holdfast-api');
  const closeStores = () =>
    atMost(
      storeCloseMs,
      Promise.allSettled([queues.close(), database.close()]).then(() => {}),
    );

  try {
    const app = await buildApp({ database, queues, logger, settings, tracing });
    await app.listen({
      host: settings.host,
      port: settings.port,
      listenTextResolver: (address) => `Ready on ${address}`,
    });
    return {
      url: urlOf(settings.host, app.server.address()),
      async close() {
        await atMost(closeMs - storeCloseMs, app.close());
        app.server.closeAllConnections();
        await Promise.all([closeStores(), atMost(storeCloseMs, tracing.close())]);
      },
    };
  } catch (error) {
    await closeStores();
    throw error;
  }
}

/** Where everything starts at once, the database may be the last to answer, and its owner still at the tables. */
async function bringUpToDate(url: string, logger: FastifyBaseLogger): Promise<void> {
  const deadline = performance.now() + databasePatienceMs;
  for (;;) {
    try {
      await migrate(url);
      return;
    } catch (error) {
      const migrating = error instanceof NotMigratedError;
      if (!(migrating || isDatabaseUnreachable(error)) || performance.now() > deadline) throw error;
      if (migrating) logger.warn(`${error.message} Waiting for it.`);
      else logger.warn({ err: error }, 'The database does not answer yet; trying again.');
      await pause(1000);
    }
  }
}

function urlOf(host: string, address: ReturnType<import('node:net').Server['address']>): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? '127.0.0.1' : host;
  return `http://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port}`;
}

/** Waits for work that may never end. */
async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
