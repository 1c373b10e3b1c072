import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDataset, type Service, startService, submit } from '../../test/service.ts';
import { ProblemError } from '../problem-error.ts';
import { BoardThread } from './board-thread.ts';

let service: Service;
let thread: BoardThread;

beforeAll(async () => {
  service = await startService();
  await addDataset(service.database, 'toy');
  thread = new BoardThread(service.databaseUrl);
});
afterAll(async () => {
  await thread.close();
  await service.stop();
});

describe('BoardThread', () => {
  it('fails what waits for it where it ends, and starts anew with the next task', async () => {
    const { id } = await submit(service.app, { dataset: 'toy' });
    const waiting = thread.run('rank', { search: id });
    const failed = expect(waiting).rejects.toMatchObject({ type: 'unavailable', statusCode: 503 });
    await thread.close();
    await failed;
    expect(await thread.run('rank', { search: id })).toMatchObject({ record: { id }, best: null });
  });

  it('hands on problems as such', async () => {
    const { id } = await submit(service.app, { dataset: 'toy' });
    const refused = thread.run('assess', { search: id, metric: 'r2' });
    await expect(refused).rejects.toBeInstanceOf(ProblemError);
    await expect(refused).rejects.toMatchObject({ errors: [{ pointer: '/metric' }] });
    expect(await thread.run('rank', { search: 'se_none' })).toBeNull();
  });

  it('says that the database does not answer', async () => {
    const nowhere = new BoardThread('postgres://nobody@127.0.0.1:1/nothing');
    await expect(nowhere.run('rank', { search: 'se_none' })).rejects.toMatchObject({ type: 'unavailable' });
    await nowhere.close();
  });
});
