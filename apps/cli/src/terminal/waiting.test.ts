import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Waiting } from './waiting.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

function recorder(isTTY: boolean) {
  const written: string[] = [];
  const out = { isTTY, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  return { written, waiting: new Waiting(out) };
}

test('says nothing of what takes no time', () => {
  const { written, waiting } = recorder(true);
  waiting.step('Starting Postgres');
  vi.advanceTimersByTime(1900);
  waiting.end();
  vi.advanceTimersByTime(9000);
  expect(written).toEqual([]);
});

test('counts the seconds in place on a terminal, and leaves nothing there', () => {
  const { written, waiting } = recorder(true);
  waiting.step('Starting Postgres');
  vi.advanceTimersByTime(3000);
  expect(written.at(0)).toBe('\r\x1b[2KStarting Postgres … 2 s');
  expect(written.at(-1)).toBe('\r\x1b[2KStarting Postgres … 3 s');
  waiting.step('Making the tables');
  expect(written.at(-1)).toBe('\r\x1b[2K');
  vi.advanceTimersByTime(1000);
  expect(written.at(-1)).toBe('\r\x1b[2K');
});

test('is one line elsewhere, however long it takes', () => {
  const { written, waiting } = recorder(false);
  waiting.step('Starting Postgres');
  vi.advanceTimersByTime(60_000);
  waiting.end();
  expect(written).toEqual(['Starting Postgres …\n']);
});
