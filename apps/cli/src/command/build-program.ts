import { holdfastVersion } from '@holdfast/contracts/versions';
import { Command } from 'commander';
import { backupCommand } from '../backup/backup.command.ts';
import { restoreCommand } from '../backup/restore.command.ts';
import { leaderboardCommand } from '../board/leaderboard.command.ts';
import { datasetsCommand } from '../datasets/datasets.command.ts';
import { doctorCommand } from '../doctor/doctor.command.ts';
import { keysCommand } from '../keys/keys.command.ts';
import { ledgerCommand } from '../ledger/ledger.command.ts';
import { migrateCommand } from '../migrate/migrate.command.ts';
import { modelCommand } from '../models/model.command.ts';
import { revealCommand } from '../reveal/reveal.command.ts';
import { revealsCommand } from '../reveal/reveals.command.ts';
import {
  cancelCommand,
  extendCommand,
  pauseCommand,
  refineCommand,
  resumeCommand,
} from '../searches/control-commands.ts';
import { searchesCommand } from '../searches/searches.command.ts';
import { apiCommand, evaluatorCommand, workerCommand } from '../serve/part-commands.ts';
import { serveCommand } from '../serve/serve.command.ts';
import { submitCommand } from '../submit/submit.command.ts';
import { exportCommand } from '../transfer/export.command.ts';
import { importCommand } from '../transfer/import.command.ts';
import { reproduceCommand } from '../transfer/reproduce.command.ts';
import { addTrialCommand } from '../trial/add-trial.command.ts';
import { compareCommand } from '../trial/compare.command.ts';
import { trialCommand } from '../trial/trial.command.ts';
import { tryCommand } from '../try/try.command.ts';
import { watchCommand } from '../watch/watch.command.ts';
import { workersCommand } from '../workers/workers.command.ts';

/** Every command, under the heading that `--help` shows it. */
const groups: readonly [string, readonly (() => Command)[]][] = [
  ['Searches:', [datasetsCommand, submitCommand, watchCommand, searchesCommand]],
  [
    'Results:',
    [leaderboardCommand, trialCommand, compareCommand, revealCommand, revealsCommand, modelCommand],
  ],
  ['To begin, and to repeat:', [tryCommand, exportCommand, importCommand, reproduceCommand]],
  [
    'While it runs:',
    [pauseCommand, resumeCommand, cancelCommand, extendCommand, addTrialCommand, refineCommand],
  ],
  [
    'The service:',
    [
      serveCommand,
      apiCommand,
      workerCommand,
      evaluatorCommand,
      migrateCommand,
      keysCommand,
      ledgerCommand,
      workersCommand,
      doctorCommand,
      backupCommand,
      restoreCommand,
    ],
  ],
];

/** The whole command line; a mistake in it is thrown as a CommanderError, with its message written already. */
export function buildProgram(): Command {
  const program = new Command('holdfast')
    .description('Hyperparameter search and cross-validation of small neural networks')
    .version(holdfastVersion)
    .helpCommand('help [command]', 'help for a command')
    .addHelpText(
      'after',
      `
Examples:
  $ holdfast serve                                     in one terminal
  $ holdfast datasets add mine.csv --target label      in another
  $ holdfast submit --dataset mine --watch
  $ holdfast leaderboard

Exit codes: 0 done · 1 failed · 2 wrong command line · 3 no service · 4 not allowed · 5 not found · 6 refused
  7 the search watched failed or was cancelled · 8 other bytes, or a ledger that does not verify · 130 Ctrl-C`,
    );
  for (const [heading, commands] of groups) {
    for (const make of commands) program.addCommand(make().helpGroup(heading));
  }
  return strict(program);
}

/** Settings that commander hands down only to commands that it makes itself. */
function strict(command: Command): Command {
  command.exitOverride().showHelpAfterError(`(${pathOf(command)} --help lists what there is)`);
  for (const child of command.commands) strict(child);
  return command;
}

/** As one types it: `holdfast datasets add`. */
export function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
