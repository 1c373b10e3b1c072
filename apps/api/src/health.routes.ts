import type { Database } from '@holdfast/db/open-database';
import type { Queues } from '@holdfast/queue/open-queues';
import { z } from 'zod';
import type { App } from './app-instance.ts';
import { problemAnswers } from './plugins/openapi.ts';
import { ProblemError } from './problem-error.ts';

const okSchema = z.object({ status: z.literal('ok') });

/** What answers, and what does not, within this time. */
const patienceMs = 2000;

export async function healthRoutes(app: App, { database, queues }: { database: Database; queues: Queues }) {
  app.get(
    '/healthz',
    {
      schema: {
        tags: ['Service'],
        summary: 'The process is up',
        operationId: 'getHealth',
        security: [],
        response: { 200: okSchema, ...problemAnswers() },
      },
    },
    async () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    {
      schema: {
        tags: ['Service'],
        summary: 'Store and queue answer',
        operationId: 'getReadiness',
        security: [],
        response: { 200: okSchema, ...problemAnswers() },
      },
    },
    async () => {
      await demand('The database', () => database.pool.query('SELECT 1'));
      await demand('The queue', () => queues.health());
      return { status: 'ok' as const };
    },
  );
}

async function demand(name: string, ask: () => Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${patienceMs} ms.`)), patienceMs);
  });
  try {
    await Promise.race([ask(), late]);
  } catch (error) {
    throw new ProblemError('unavailable', `${name} does not answer.`, {
      headers: { 'retry-after': '2' },
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}
