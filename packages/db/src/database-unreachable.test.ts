import { expect, test } from 'vitest';
import { isDatabaseUnreachable } from './database-unreachable.ts';

const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });

test('errors of the connection, of a server that stops or is full, and of waits that ended', () => {
  const errors = [
    coded('ECONNREFUSED'),
    coded('57P01', 'terminating connection due to administrator command'),
    coded('57P03', 'the database system is starting up'),
    coded('53300', 'sorry, too many clients already'),
    coded('53100', 'could not extend file: No space left on device'),
    coded('08006'),
    coded('P1001'),
    Object.assign(coded('ENOENT'), { syscall: 'connect' }),
    new Error('timeout exceeded when trying to connect'),
    new Error('Connection terminated unexpectedly'),
    new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]),
    new Error('outer', { cause: new Error('inner', { cause: coded('ECONNRESET') }) }),
    Object.assign(new Error('x'), { cause: { kind: 'DatabaseNotReachable' } }),
  ];
  for (const error of errors) expect(isDatabaseUnreachable(error), String(error)).toBe(true);
});

test('not: refusals, bugs, and what is no error', () => {
  const circle = new Error('x');
  circle.cause = circle;
  const others = [
    coded('23505'),
    coded('42P01'),
    coded('57014'),
    Object.assign(coded('ENOENT'), { syscall: 'open' }),
    coded('P2002'),
    new Error('x'),
    circle,
    null,
    'ECONNREFUSED',
  ];
  for (const other of others) expect(isDatabaseUnreachable(other), String(other)).toBe(false);
});
