import type { Command } from 'commander';
import { pathOf } from './build-program.ts';

/** The reference of the command line in Markdown: what `--help` shows, for every command. */
export function describeCommands(program: Command): string {
  return [
    '# The command line',
    '',
    'Made from `--help`, by `npx vitest run --project unit apps/cli/src/command -u`; a test holds it to that.',
    '',
    'In a clone: `npm run holdfast -- COMMAND`, or `node apps/cli/bin/holdfast.js COMMAND`. A search is named by its id, by its name, or as',
    '`latest`: the newest that nobody made for the sake of another, as `learning-curve` and `reproduce` do. `--json` prints the answer of the API',
    'byte for byte. `--url`, `--key` and `--json` may stand before the command too. `NO_COLOR` switches colours off, and so does a pipe.',
    '',
    '| exit code | what it says |',
    '| --- | --- |',
    '| 0 | done |',
    '| 1 | failed in a way that is not below |',
    '| 2 | the command line, or a file that it names, cannot be used |',
    '| 3 | nothing answers at the address, or the service is not ready |',
    '| 4 | no API key, a wrong one, or one that may not do this |',
    '| 5 | there is no such data set, search, trial or key |',
    '| 6 | the service refused the request; the message names the place |',
    '| 7 | the search that was watched failed or was cancelled |',
    '| 8 | a search that was run again gave other bytes, or a ledger does not verify |',
    '| 130 | Ctrl-C; a search that was watched goes on |',
    ...leavesOf(program).flatMap((command) => ['', ...describeOne(command)]),
    '',
  ].join('\n');
}

function leavesOf(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}

function describeOne(command: Command): string[] {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text), getOutHelpWidth: () => 110 });
  command.outputHelp();
  return [`## ${pathOf(command)}`, '', '```text', help.trim(), '```'];
}
