import { searchEventSchemas } from '@holdfast/contracts/search-event';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventStream, type ReceivedEvent } from '../../test/event-stream.ts';
import {
  accept,
  addDataset,
  addWorker,
  complete,
  type Service,
  startService,
  submit,
} from '../../test/service.ts';

let service: Service;
let base: string;
const spec = { dataset: 'toy', space: { hiddenLayers: [[4], [8]], learningRate: 0.01, epochs: 5 } };

beforeAll(async () => {
  service = await startService({ mostStreams: 3 });
  await addDataset(service.database, 'toy');
  await addWorker(service.database);
  base = await service.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => service.stop());

const urlOf = (id: string) => `${base}/v1/searches/${id}/events`;

function expectOrdered(events: readonly ReceivedEvent[]) {
  const ids = events.map(({ id }) => Number(id));
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  for (const { name, data } of events) {
    const schema = searchEventSchemas[name as keyof typeof searchEventSchemas];
    expect(schema.parse(data)).toEqual(data);
  }
}

describe('GET …/events', () => {
  it('begins with the search, tells each fold and trial, and ends', async () => {
    const { id } = await submit(service.app, spec);
    const stream = await EventStream.open(urlOf(id));
    expect(stream.status).toBe(200);
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    const first = await stream.next();
    expect(first).toMatchObject({ name: 'search', data: { id, status: 'queued' } });
    await complete(service.database, id, [0.5, 0.75]);
    const events = [first as ReceivedEvent, ...(await stream.rest())];
    expectOrdered(events);
    const names = events.map(({ name }) => name);
    expect(names.filter((name) => name === 'fold')).toHaveLength(10);
    const folds = events
      .filter(({ name }) => name === 'fold')
      .map(({ data }) => [data.trial, data.fold, data.state]);
    expect(folds).toEqual(
      [0, 1].flatMap((trial) => [0, 1, 2, 3, 4].map((fold) => [trial, fold, 'completed'])),
    );
    const trials = events.filter(({ name }) => name === 'trial').map(({ data }) => [data.trial, data.status]);
    expect(trials).toEqual([
      [0, 'running'],
      [0, 'completed'],
      [1, 'running'],
      [1, 'completed'],
    ]);
    expect(names.at(-1)).toBe('end');
    expect(events.at(-1)?.data).toMatchObject({ status: 'completed', best: { trial: 1, score: 0.75 } });
  });

  it('resumes after any event with exactly those that followed', async () => {
    const { id } = await submit(service.app, spec);
    const watching = await EventStream.open(urlOf(id));
    const first = (await watching.next()) as ReceivedEvent;
    await complete(service.database, id, [0.5, 0.75]);
    const all = [first, ...(await watching.rest())];
    for (const [index, event] of all.slice(0, -1).entries()) {
      const resumed = await EventStream.open(urlOf(id), event.id);
      expect((await resumed.rest()).map(({ id, name }) => [id, name])).toEqual(
        all.slice(index + 1).map(({ id, name }) => [id, name]),
      );
    }
    const seen = await EventStream.open(urlOf(id), all.at(-1)?.id);
    expect(seen.status).toBe(204);
  });

  it('gives the search and its end to who comes when it is over', async () => {
    const { id } = await submit(service.app, spec);
    await complete(service.database, id, [0.5, 0.75]);
    const stream = await EventStream.open(urlOf(id));
    const events = await stream.rest();
    expect(events.map(({ name }) => name)).toEqual(['search', 'end']);
    expectOrdered(events);
  });

  it('begins anew for an id that is too old, or that never was', async () => {
    const { id } = await submit(service.app, spec);
    await accept(service.database, { search: id, trial: 0, fold: 0 }, 0.5);
    // As after ten thousand further events.
    await service.database.pool.query('UPDATE searches SET revision = revision + 20000 WHERE id = $1', [id]);
    for (const lastEventId of ['2', '99999999']) {
      const stream = await EventStream.open(urlOf(id), lastEventId);
      const event = await stream.next();
      expect(event).toMatchObject({ name: 'search', data: { id, status: 'running' } });
      expect(Number(event?.id)).toBeGreaterThan(20_000);
      stream.close();
    }
    const wrong = await fetch(urlOf(id), { headers: { 'last-event-id': 'first' } });
    expect(wrong.status).toBe(400);
  });

  it('ends where the search is cancelled or deleted', async () => {
    const { id } = await submit(service.app, spec);
    const stream = await EventStream.open(urlOf(id));
    await stream.next();
    await service.app.inject({ method: 'POST', url: `/v1/searches/${id}/cancel` });
    const events = await stream.rest();
    expect(events.map(({ name }) => name)).toEqual(['end']);
    expect(events[0]?.data.status).toBe('cancelled');
  });

  it('takes no more streams than it may, and frees the place of one that left', async () => {
    const { id } = await submit(service.app, spec);
    const open = async () => {
      const stream = await EventStream.open(urlOf(id));
      if (stream.status === 200) await stream.next();
      return stream;
    };
    // Streams of the tests above may still be closing.
    const streams: EventStream[] = [];
    await expect
      .poll(async () => {
        const stream = await open();
        if (stream.status === 200) streams.push(stream);
        return streams.length;
      })
      .toBe(3);
    const refused = await fetch(urlOf(id));
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toMatchObject({ type: '/docs/errors#too-many-requests', status: 429 });
    streams[0]?.close();
    await expect.poll(async () => (await open()).status).toBe(200);
    for (const stream of streams) stream.close();
  });
});

describe('closing the service', () => {
  it('is not held up by open streams and held answers', async () => {
    const stopping = await startService();
    await addDataset(stopping.database, 'toy');
    const address = await stopping.app.listen({ host: '127.0.0.1', port: 0 });
    const { id } = await submit(stopping.app, spec);
    const stream = await EventStream.open(`${address}/v1/searches/${id}/events`);
    await stream.next();
    const held = fetch(`${address}/v1/searches/${id}?waitSeconds=60`);
    await fetch(`${address}/v1/searches/${id}`);
    await stopping.stop();
    expect(await stream.next()).toBeNull();
    expect((await held).status).toBe(200);
  });
});
