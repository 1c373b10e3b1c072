import { expect, test } from 'vitest';
import { retry } from './retry.ts';

const outage = new Error('away');
const isOutage = (error: unknown) => error === outage;

test('tries again while it is an outage', async () => {
  let attempts = 0;
  const told: Error[] = [];
  const answer = await retry(
    async () => {
      attempts += 1;
      if (attempts < 3) throw outage;
      return 'back';
    },
    { isOutage, signal: new AbortController().signal, onOutage: (error) => told.push(error) },
  );
  expect(answer).toBe('back');
  expect(told).toEqual([outage, outage]);
});

test('throws any other error at once', async () => {
  let attempts = 0;
  const work = retry(
    async () => {
      attempts += 1;
      throw new Error('refused');
    },
    { isOutage, signal: new AbortController().signal },
  );
  await expect(work).rejects.toThrow('refused');
  expect(attempts).toBe(1);
});

test('tries at least once, and ends with its error when it is told to stop', async () => {
  const stop = new AbortController();
  const work = retry(
    async () => {
      stop.abort();
      throw outage;
    },
    { isOutage, signal: stop.signal },
  );
  await expect(work).rejects.toBe(outage);
  expect(await retry(async () => 1, { isOutage, signal: stop.signal })).toBe(1);
});
