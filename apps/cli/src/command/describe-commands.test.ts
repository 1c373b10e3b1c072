import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { buildWholeProgram, pathOf } from './build-program.ts';
import { describeCommands } from './describe-commands.ts';

test('docs/cli.md is what --help says', async () => {
  await expect(describeCommands(await buildWholeProgram())).toMatchFileSnapshot('../../../../docs/cli.md');
});

test('help fits a terminal of 80 columns, examples aside', async () => {
  const tooWide = all(await buildWholeProgram()).flatMap((command) => {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text), getOutHelpWidth: () => 80 });
    command.outputHelp();
    return help
      .split('\n')
      .filter((line) => line.length > 80 && !line.startsWith('  $ ') && !line.startsWith('Usage: '))
      .map((line) => `${pathOf(command)}: ${line}`);
  });
  expect(tooWide).toEqual([]);
});

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
