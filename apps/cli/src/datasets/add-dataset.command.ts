import { basename } from 'node:path';
import { HttpError } from '@holdfast/client/http-error';
import { columnKinds, type Dataset } from '@holdfast/contracts/dataset';
import { Option } from 'commander';
import { type ClientOptions, clientCommand, connect } from '../command/client-command.ts';
import { numberBetween, wholeNumber } from '../command/parse-number.ts';
import { UsageError } from '../command/usage-error.ts';
import { describeDataset } from './describe-dataset.ts';
import { openDataFile } from './open-data-file.ts';
import { type Mend, suggestedMends } from './suggested-mends.ts';

interface AddOptions extends ClientOptions {
  name?: string;
  target: string[];
  task?: string;
  drop?: string[];
  column?: string[];
  rowsWithoutTarget?: string;
  group?: string;
  time?: string;
  test: string;
  testFraction?: number;
  seed?: number;
  revealBudget?: number;
  protocol?: string;
  allowLeak?: boolean;
}

export const addDatasetCommand = () =>
  clientCommand(
    'add FILE',
    'upload a CSV file with a header row (gzip or not), or Parquet; its test rows are locked away',
  )
    .argument('<file>', 'CSV file, .csv.gz or .parquet')
    .option('--name <name>', 'name of the data set (default: the name of the file)')
    .requiredOption('--target <column...>', 'the column to predict; several for binary outputs')
    .addOption(
      new Option('--task <task>', 'what is predicted').choices(['classification', 'binary', 'regression']),
    )
    .option('--drop <column...>', 'columns that are no features')
    .option('--column <name=kind...>', 'what a column holds, where the guess is wrong, as in zip=category')
    .addOption(
      new Option('--rows-without-target <what>', 'rows whose target is missing')
        .choices(['refuse', 'leaveOut'])
        .default(undefined, 'refuse'),
    )
    .option('--group <column>', 'rows of one group stay together')
    .option('--time <column>', 'order in time: the latest rows become the test set')
    .addOption(
      new Option('--test <kind>', 'how test rows are chosen')
        .choices(['random', 'grouped', 'latest', 'none'])
        .default('random', 'random; grouped with --group; latest with --time'),
    )
    .option('--test-fraction <share>', 'share of the test rows (default: 0.2)', numberBetween(0, 1))
    .option('--seed <n>', 'of the split (default: 0)', wholeNumber(0))
    .option(
      '--reveal-budget <n>',
      'how many trials may ever be tested on the locked rows (default: 1; on a ladder 1000)',
      wholeNumber(0),
    )
    .addOption(
      new Option(
        '--protocol <protocol>',
        'how locked rows answer: few questions in full, or a ladder of many',
      )
        .choices(['reveal', 'ladder'])
        .default(undefined, 'reveal'),
    )
    .option('--allow-leak', 'a random split in spite of a time column')
    .addHelpText(
      'after',
      `
Examples:
  $ holdfast datasets add iris.csv --target species
  $ holdfast datasets add houses.csv.gz --name houses --target price --task regression
  $ holdfast datasets add visits.csv --target bought --group customer`,
    )
    .action(async (file: string, options: AddOptions) => {
      const client = connect(options);
      const blob = await openDataFile(file);
      const dataset = await client
        .uploadDataset(specOf(file, options), blob, basename(file))
        .catch((error: unknown) => {
          const flags = flagsOf(suggestedMends(error));
          if (flags === '' || !(error instanceof HttpError)) throw error;
          const { problem } = error;
          throw new HttpError({ ...problem, detail: `${problem.detail}\nTo mend it: ${flags}` });
        });
      if (options.json) process.stdout.write(`${JSON.stringify(dataset)}\n`);
      else
        process.stdout.write(
          `${describeDataset(dataset)}\n\nNext: holdfast submit --dataset ${quote(dataset)} --watch\n`,
        );
    });

/** How to say on the command line what the service suggests. */
function flagsOf(mends: readonly Mend[]): string {
  const names = mends.flatMap(({ drop }) => drop).map((name) => quote({ name }));
  const flags = [
    ...(names.length > 0 ? [`--drop ${names.join(' ')}`] : []),
    ...(mends.some(({ leaveOutRows }) => leaveOutRows) ? ['--rows-without-target leaveOut'] : []),
  ];
  return flags.join(' ');
}

/** `zip=category` and the like. */
function columnsOf(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.lastIndexOf('=');
      const [name, kind] = [text.slice(0, at), text.slice(at + 1)];
      if (at < 1 || !(columnKinds as readonly string[]).includes(kind)) {
        throw new UsageError(
          `--column ${text}: write a name, "=" and one of ${columnKinds.join(', ')}, as in zip=category`,
        );
      }
      return [name, kind];
    }),
  );
}

function specOf(file: string, options: AddOptions): Record<string, unknown> {
  const { target, task, drop, group, time, testFraction, seed, revealBudget, protocol, allowLeak } = options;
  const kind =
    options.test !== 'random' ? options.test : group ? 'grouped' : time && !allowLeak ? 'latest' : 'random';
  if (kind === 'none' && testFraction !== undefined) {
    throw new UsageError('--test-fraction has no meaning with --test none: leave one of them out');
  }
  if ((kind === 'none' || kind === 'latest') && seed !== undefined) {
    throw new UsageError(
      `--seed has no meaning with a test split that draws nothing (${kind}): leave it out`,
    );
  }
  return {
    name: options.name ?? basename(file).replace(/(\.csv|\.tsv|\.parquet)?(\.gz)?$/i, ''),
    target: target.length === 1 && task !== 'binary' ? target[0] : target,
    ...(task && { task }),
    ...(drop && { drop }),
    ...(options.column && { columns: columnsOf(options.column) }),
    ...(options.rowsWithoutTarget && { rowsWithoutTarget: options.rowsWithoutTarget }),
    ...(group && { group }),
    ...(time && { time }),
    ...(revealBudget !== undefined && { revealBudget }),
    ...(protocol && { protocol }),
    ...(allowLeak && { allowLeak }),
    test: {
      kind,
      ...(testFraction !== undefined && { fraction: testFraction }),
      ...(seed !== undefined && { seed }),
    },
  };
}

const quote = ({ name }: Pick<Dataset, 'name'>) => (/^[\w.-]+$/.test(name) ? name : JSON.stringify(name));
