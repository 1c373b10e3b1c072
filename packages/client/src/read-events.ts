import { type SearchEvent, searchEventSchemas } from '@holdfast/contracts/search-event';
import { type Connection, sendRequest } from './send-request.ts';

/** The service says something every 15 s, if only that it is there: after so long, in ms, a silent stream is dead. */
const longestSilence = 45_000;
/** Before a stream that brought nothing is asked for again, in ms. */
const pause = 1000;

/**
 * The events of a search, until its `end`; a stream that breaks or falls silent is taken up where it broke, and
 * `tell` hears of both. Ends early, without an error, when `signal` is aborted.
 */
export async function* readEvents(
  connection: Connection,
  search: string,
  signal?: AbortSignal,
  tell?: (state: 'open' | 'lost') => void,
): AsyncGenerator<SearchEvent> {
  let last: string | undefined;
  while (!signal?.aborted) {
    let heard = false;
    try {
      const response = await sendRequest(connection, `/v1/searches/${encodeURIComponent(search)}/events`, {
        headers: { accept: 'text/event-stream', ...(last ? { 'last-event-id': last } : {}) },
        signal,
      });
      if (!response.body) return;
      tell?.('open');
      for await (const block of readBlocks(response.body)) {
        const event = parseBlock(block);
        if (!event) continue;
        heard = true;
        last = event.id;
        yield event;
        if (event.name === 'end') return;
      }
    } catch (error) {
      if (signal?.aborted) return;
      // A cut connection is a TypeError ("terminated"): the next round asks again from the last event on.
      if (!(error instanceof TypeError)) throw error;
    }
    tell?.('lost');
    if (!heard) await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function* readBlocks(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    for (;;) {
      const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new TypeError('The stream is silent')), longestSilence);
      });
      const { done, value } = await Promise.race([reader.read(), silence]);
      clearTimeout(timer);
      if (done) return;
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop() ?? '';
      yield* blocks;
    }
  } finally {
    clearTimeout(timer);
    await reader.cancel().catch(() => undefined);
  }
}

function parseBlock(block: string): SearchEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trimStart());
  }
  const name = fields.get('event');
  const data = fields.get('data');
  const id = fields.get('id');
  if (!name || !data || id === undefined || !(name in searchEventSchemas)) return undefined;
  const schema = searchEventSchemas[name as keyof typeof searchEventSchemas];
  return { id, name, data: schema.parse(JSON.parse(data)) } as SearchEvent;
}
