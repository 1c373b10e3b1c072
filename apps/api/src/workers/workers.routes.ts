import { workersSchema } from '@holdfast/contracts/worker';
import type { Database } from '@holdfast/db/open-database';
import { listWorkers } from '@holdfast/db/workers';
import type { App } from '../app-instance.ts';
import { problemAnswers } from '../plugins/openapi.ts';

export async function workerRoutes(app: App, { database }: { database: Database }) {
  app.get(
    '/v1/workers',
    {
      schema: {
        tags: ['Service'],
        summary: 'Workers seen within the last 30 seconds',
        operationId: 'listWorkers',
        response: { 200: workersSchema, ...problemAnswers() },
      },
    },
    async () => ({ items: await listWorkers(database) }),
  );
}
