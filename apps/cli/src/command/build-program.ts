import { holdfastVersion } from '@holdfast/contracts/versions';
import { Command } from 'commander';
import { takeServiceOptionsEarly } from './service-options.ts';

type Load = () => Promise<() => Command>;

/** Every command, under the heading that `--help` shows it; loaded when it is named, since most need the same few modules alone. */
const groups: Readonly<Record<string, Readonly<Record<string, Load>>>> = {
  'Searches:': {
    datasets: async () => (await import('../datasets/datasets.command.ts')).datasetsCommand,
    submit: async () => (await import('../submit/submit.command.ts')).submitCommand,
    watch: async () => (await import('../watch/watch.command.ts')).watchCommand,
    searches: async () => (await import('../searches/searches.command.ts')).searchesCommand,
  },
  'Results:': {
    leaderboard: async () => (await import('../board/leaderboard.command.ts')).leaderboardCommand,
    trial: async () => (await import('../trial/trial.command.ts')).trialCommand,
    compare: async () => (await import('../trial/compare.command.ts')).compareCommand,
    nested: async () => (await import('../board/nested.command.ts')).nestedCommand,
    'hardest-rows': async () => (await import('../board/hardest-rows.command.ts')).hardestRowsCommand,
    'learning-curve': async () => (await import('../board/learning-curve.command.ts')).learningCurveCommand,
    reveal: async () => (await import('../reveal/reveal.command.ts')).revealCommand,
    reveals: async () => (await import('../reveal/reveals.command.ts')).revealsCommand,
    model: async () => (await import('../models/model.command.ts')).modelCommand,
  },
  'To begin, and to repeat:': {
    try: async () => (await import('../try/try.command.ts')).tryCommand,
    export: async () => (await import('../transfer/export.command.ts')).exportCommand,
    import: async () => (await import('../transfer/import.command.ts')).importCommand,
    reproduce: async () => (await import('../transfer/reproduce.command.ts')).reproduceCommand,
  },
  'While it runs:': {
    pause: async () => (await import('../searches/control-commands.ts')).pauseCommand,
    resume: async () => (await import('../searches/control-commands.ts')).resumeCommand,
    cancel: async () => (await import('../searches/control-commands.ts')).cancelCommand,
    extend: async () => (await import('../searches/control-commands.ts')).extendCommand,
    'add-trial': async () => (await import('../trial/add-trial.command.ts')).addTrialCommand,
    refine: async () => (await import('../searches/control-commands.ts')).refineCommand,
  },
  'The service:': {
    serve: async () => (await import('../serve/serve.command.ts')).serveCommand,
    api: async () => (await import('../serve/part-commands.ts')).apiCommand,
    worker: async () => (await import('../serve/part-commands.ts')).workerCommand,
    evaluator: async () => (await import('../serve/part-commands.ts')).evaluatorCommand,
    migrate: async () => (await import('../migrate/migrate.command.ts')).migrateCommand,
    keys: async () => (await import('../keys/keys.command.ts')).keysCommand,
    ledger: async () => (await import('../ledger/ledger.command.ts')).ledgerCommand,
    workers: async () => (await import('../workers/workers.command.ts')).workersCommand,
    doctor: async () => (await import('../doctor/doctor.command.ts')).doctorCommand,
    backup: async () => (await import('../backup/backup.command.ts')).backupCommand,
    restore: async () => (await import('../backup/restore.command.ts')).restoreCommand,
  },
};

const all = Object.entries(groups).flatMap(([heading, commands]) =>
  Object.entries(commands).map(([name, load]) => ({ heading, name, load })),
);

/**
 * The command line for these arguments: the command that they begin with whole, the others by name alone; all of it where they
 * name none. A mistake in the arguments is thrown as a CommanderError, with its message written already.
 */
export async function buildProgram(args: readonly string[]): Promise<Command> {
  const named = firstWord(args);
  return all.some(({ name }) => name === named) ? build((name) => name === named) : buildWholeProgram();
}

/** The command: what follows the options that may stand before it. */
function firstWord(args: readonly string[]): string | undefined {
  const place = args.findIndex(
    (arg, index) => !arg.startsWith('-') && !['--url', '--key'].includes(args[index - 1] ?? ''),
  );
  return args[place];
}

/** With every command, as `--help` shows them. */
export async function buildWholeProgram(): Promise<Command> {
  return build(() => true);
}

async function build(isWanted: (name: string) => boolean): Promise<Command> {
  const program = new Command('holdfast')
    .description('Hyperparameter search and cross-validation of small neural networks')
    .version(holdfastVersion)
    .helpCommand('help [command]', 'help for a command')
    .addHelpText(
      'after',
      `
Examples:
  $ holdfast try mine.csv --target label               nothing else is needed
  $ holdfast serve                                     in one terminal
  $ holdfast datasets add mine.csv --target label      in another
  $ holdfast submit --dataset mine --watch
  $ holdfast leaderboard

Exit codes: 0 done, 1 failed, 2 wrong command line, 3 no service, 4 not allowed,
5 not found, 6 refused, 7 the search watched failed or was cancelled, 8 other
bytes or a ledger that does not verify, 130 Ctrl-C`,
    );
  const commands = await Promise.all(
    all.map(async ({ heading, name, load }) => {
      const command = isWanted(name) ? (await load())() : new Command(name);
      return command.helpGroup(heading);
    }),
  );
  for (const command of commands) program.addCommand(command);
  takeServiceOptionsEarly(program);
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
