import { Command, CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { serviceOptions, takeServiceOptionsEarly } from './service-options.ts';

/** What `leaf` of `group`, or `alone`, which speaks to no service, is given. */
async function run(...args: string[]): Promise<Record<string, unknown>> {
  let given: Record<string, unknown> = {};
  const take = (command: Command) =>
    command.action((options) => {
      given = options;
    });
  const leaf = take(new Command('leaf').option('--test <kind>'));
  for (const option of serviceOptions()) leaf.addOption(option.env('HOLDFAST_NONE'));
  const program = new Command('holdfast')
    .addCommand(new Command('group').addCommand(leaf))
    .addCommand(take(new Command('alone')));
  takeServiceOptionsEarly(program);
  const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
  for (const command of all(program)) command.exitOverride().configureOutput({ writeErr: () => undefined });
  await program.parseAsync(args, { from: 'user' });
  return given;
}

test.each([
  [['--url', 'http://a', 'group', 'leaf']],
  [['group', '--url=http://a', 'leaf']],
  [['group', 'leaf', '--url', 'http://a']],
  [['--url', 'http://b', 'group', '--url', 'http://c', 'leaf', '--url', 'http://a']],
])('%j: the address that stands nearest to the command', async (args) => {
  expect(await run(...args)).toEqual({ url: 'http://a' });
});

test('a key and --json may stand before the command, and nothing else is lost', async () => {
  expect(await run('--key', 'k', '--json', 'group', 'leaf', '--test', 'none')).toEqual({
    url: 'http://127.0.0.1:8080',
    key: 'k',
    json: true,
    test: 'none',
  });
});

test('a command that speaks to no service refuses an address, wherever it stands', async () => {
  for (const args of [
    ['--url', 'http://a', 'alone'],
    ['alone', '--url', 'http://a'],
  ]) {
    await expect(run(...args)).rejects.toBeInstanceOf(CommanderError);
  }
});
