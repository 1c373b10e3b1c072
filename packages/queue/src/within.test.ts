import { expect, test } from 'vitest';
import { QueueUnavailableError, within } from './within.ts';

test('hands on the answer', async () => {
  expect(await within(60_000, 'ask', Promise.resolve(3))).toBe(3);
});

test('hands on the failure', async () => {
  await expect(within(60_000, 'ask', Promise.reject(new Error('gone')))).rejects.toThrow('gone');
});

test('gives up on what never answers, naming what was asked', async () => {
  await expect(within(1, 'add', new Promise(() => {}))).rejects.toThrow(QueueUnavailableError);
  await expect(within(1, 'add', new Promise(() => {}))).rejects.toThrow(/1 ms \(add\)/);
});

test("a failure after the deadline is nobody's unhandled rejection", async () => {
  let fail = (_: Error) => {};
  const late = new Promise<void>((_, reject) => (fail = reject));
  await expect(within(1, 'add', late)).rejects.toThrow(QueueUnavailableError);
  fail(new Error('late'));
  await expect(late).rejects.toThrow('late');
});
