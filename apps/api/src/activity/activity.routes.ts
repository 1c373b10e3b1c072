import { activitySchema } from '@holdfast/contracts/activity';
import { loadActivity } from '@holdfast/db/activity';
import type { Database } from '@holdfast/db/open-database';
import type { Queues } from '@holdfast/queue/open-queues';
import type { App } from '../app-instance.ts';
import { problemAnswers } from '../plugins/openapi.ts';

export async function activityRoutes(app: App, { database, queues }: { database: Database; queues: Queues }) {
  app.get(
    '/v1/activity',
    {
      schema: {
        tags: ['Service'],
        summary: 'What the workers train at the moment, and how much waits',
        operationId: 'getActivity',
        response: { 200: activitySchema, ...problemAnswers() },
      },
    },
    async () => {
      const [activity, waitingJobs] = await Promise.all([
        loadActivity(database),
        queues.trainFolds.waiting().catch(() => null),
      ]);
      return { queue: { waitingJobs }, ...activity };
    },
  );
}
