import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { serverConfiguration } from './server-settings.ts';

test('listens on loopback only, at the given port, and is durable', () => {
  const lines = serverConfiguration(5599, {}).split('\n');
  expect(lines).toContain("listen_addresses = '127.0.0.1'");
  expect(lines).toContain("unix_socket_directories = ''");
  expect(lines).toContain("port = '5599'");
  expect(lines).toContain("fsync = 'on'");
  expect(lines).toContain("synchronous_commit = 'on'");
});

test('a setting replaces the default, in any case of letters', () => {
  const text = serverConfiguration(5599, { FSYNC: 'off' });
  expect(text).toContain("fsync = 'off'");
  expect(text).not.toContain("fsync = 'on'");
});

test.each(['port', 'Listen_Addresses', 'data_directory', 'unix_socket_directories'])('refuses %s', (name) => {
  expect(() => serverConfiguration(5599, { [name]: 'x' })).toThrow(EmbeddedPostgresError);
});

test.each([
  ['a name with a line break', { 'work_mem\nport': '1' }],
  ['a name with a space', { 'work mem': '1' }],
  ['a value with a line break', { work_mem: "1MB'\nport = '1" }],
])('refuses %s', (_, settings) => {
  expect(() => serverConfiguration(5599, settings)).toThrow(EmbeddedPostgresError);
});

test('no value escapes from its quotes', () => {
  fc.assert(
    fc.property(
      fc.string().filter((value) => !/[\n\r\0]/.test(value)),
      (value) => {
        const line = serverConfiguration(5599, { application_name: value })
          .split('\n')
          .find((entry) => entry.startsWith('application_name'));
        const quoted = /^application_name = '((?:[^'\\]|''|\\\\)*)'$/s.exec(line ?? '')?.[1];
        expect(quoted?.replaceAll("''", "'").replaceAll('\\\\', '\\')).toBe(value);
      },
    ),
  );
});
