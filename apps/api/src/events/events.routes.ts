import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { ProblemError } from '../problem-error.ts';
import { isOver } from '../searches/is-over.ts';
import { searchNotFound, searchParamsSchema } from '../searches/search-params.ts';
import { createEventPages, type EventDeps } from './event-pages.ts';
import { streamSearchEvents } from './search-events.ts';

interface EventRouteDeps extends EventDeps {
  /** More open streams than this are refused. */
  mostStreams: number;
}

export async function eventRoutes(app: App, { mostStreams, ...deps }: EventRouteDeps) {
  const readPage = createEventPages(deps);
  let open = 0;

  app.get(
    '/v1/searches/:id/events',
    {
      // A stream has no headers of interest without its body.
      exposeHeadRoute: false,
      schema: {
        tags: ['Searches'],
        summary: 'What happens, as server-sent events',
        description:
          'Events search, trial, fold and end; ids in commit order. Last-Event-ID resumes. After end the stream closes, and a client that comes again with that id gets 204.',
        operationId: 'streamSearchEvents',
        params: searchParamsSchema,
        headers: z.looseObject({
          'last-event-id': z
            .string()
            .regex(/^\d{0,15}$/, { error: 'must be the id of an event' })
            .optional(),
        }),
        response: {
          200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
          204: z.undefined().describe('All events have been seen: do not come again'),
          ...problemAnswers(400, 404, 429),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const standing = await deps.watch.read(id);
      if (standing === null) throw searchNotFound(id);
      const given = request.headers['last-event-id'];
      const after = given ? Number(given) : null;
      if (after === standing.revision && isOver(standing.status)) return reply.code(204).send();
      if (open >= mostStreams) {
        throw new ProblemError(
          'too-many-requests',
          `${mostStreams} event streams are open: no more are taken.`,
          {
            headers: { 'retry-after': '5' },
          },
        );
      }
      open++;
      const gone = new AbortController();
      reply.raw.once('close', () => {
        open--;
        gone.abort();
      });
      return (reply as unknown as FastifyReply)
        .type('text/event-stream')
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .send(Readable.from(streamSearchEvents(deps, readPage, id, after, gone.signal)));
    },
  );
}
