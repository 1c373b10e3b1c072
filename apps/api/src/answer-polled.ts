import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesEtag } from './etag.ts';
import type { SearchWatch } from './search-watch.ts';

/** What a search or model is shown as at one revision. */
export interface Representation {
  etag: string;
  /** Nothing will change any more: no use in waiting. */
  over: boolean;
  type: string;
  body: string | Buffer;
}

interface Polling {
  request: FastifyRequest;
  reply: FastifyReply;
  watch: SearchWatch;
  /** Of the search or model that is looked at. */
  id: string;
  waitSeconds: number;
  read: () => Promise<Representation>;
}

/**
 * Answers 200 or 304. With `waitSeconds` the answer is held while what the client has (by If-None-Match; without
 * it, what stands when it asks) is what there is; it comes with the first change, when the time is up, when the
 * search or model is over, or when the service stops.
 */
export async function answerPolled(polling: Polling): Promise<FastifyReply> {
  const { request, reply, watch, id, waitSeconds, read } = polling;
  const known = request.headers['if-none-match'];
  const deadline = performance.now() + waitSeconds * 1000;
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());

  let shown = await read();
  const first = shown.etag;
  const unchanged = () => shown.etag === first && (known === undefined || matchesEtag(known, shown.etag));
  while (unchanged() && !shown.over && !gone.signal.aborted && !watch.closing.aborted) {
    const left = deadline - performance.now();
    if (left <= 0) break;
    // Listening begins before the look: a change between the two is heard.
    const heard = new AbortController();
    const change = watch.nextChange(id, left, AbortSignal.any([gone.signal, heard.signal]));
    shown = await read();
    if (unchanged()) {
      await change;
      shown = await read();
    }
    heard.abort();
  }

  reply.header('etag', shown.etag).header('cache-control', 'no-cache');
  if (matchesEtag(known, shown.etag)) return reply.code(304).send();
  return reply.type(shown.type).send(typeof shown.body === 'string' ? Buffer.from(shown.body) : shown.body);
}
