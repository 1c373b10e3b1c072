import { expect, test } from 'vitest';
import { Outage } from './outage.ts';

function record() {
  const lines: string[] = [];
  const log = {
    warn: (line: string) => lines.push(`warn ${line}`),
    info: (line: string) => lines.push(`info ${line}`),
  };
  return { lines, outage: new Outage('Redis', log) };
}

test('an outage is told once, and its end once', () => {
  const { lines, outage } = record();
  outage.answered();
  outage.failed(new Error('refused'));
  outage.failed(new Error('refused again'));
  outage.answered();
  outage.answered();
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^warn .*Redis.*: refused$/);
  expect(lines[1]).toMatch(/^info .*answers again/);
});

test('a second outage is told again', () => {
  const { lines, outage } = record();
  for (const message of ['first', 'second']) {
    outage.failed(new Error(message));
    outage.answered();
  }
  expect(lines.filter((line) => line.startsWith('warn'))).toHaveLength(2);
});

test('an error that only gathers others tells theirs', () => {
  const { lines, outage } = record();
  outage.failed(new AggregateError([new Error('refused ::1'), new Error('refused 127.0.0.1')]));
  expect(lines[0]).toContain('refused ::1; refused 127.0.0.1');
});
