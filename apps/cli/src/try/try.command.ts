import { access, constants } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { wholeNumber } from '../command/parse-number.ts';
import { jsonOption } from '../command/service-options.ts';
import { UsageError } from '../command/usage-error.ts';
import { openDataFile } from '../datasets/open-data-file.ts';
import type { TryOptions } from './run-try.ts';

export const tryCommand = () =>
  new Command('try')
    .description('search on a CSV file with no service at hand; writes one HTML report, and the model')
    .argument('<file>', 'CSV file with a header row, .csv.gz or .parquet')
    .requiredOption('--target <column>', 'the column to predict')
    .addOption(
      new Option('--task <task>', 'what is predicted (default: by the target’s values)').choices([
        'classification',
        'regression',
      ]),
    )
    .option('--drop <column...>', 'columns that are no features')
    .option('--trials <n>', 'so many', wholeNumber(1), 32)
    .option('--epochs <n>', 'at most, for each', wholeNumber(1), 100)
    .option('--seed <n>', 'of the search', wholeNumber(0), 0)
    .option('-o, --out <file>', 'the report', 'holdfast-report.html')
    .addOption(jsonOption('print files, digest and best trial as JSON; all else goes to standard error'))
    .addHelpText(
      'after',
      `
A fifth of the rows is locked away and stays locked: the report tells validation
scores alone. The service that does it lives in a temporary folder and is gone
afterwards.

Examples:
  $ holdfast try iris.csv --target species
  $ holdfast try houses.csv.gz --target price --drop id --trials 64 --out houses.html`,
    )
    .action(async (file: string, options: TryOptions) => {
      const blob = await openDataFile(file);
      const folder = dirname(resolve(options.out));
      await access(folder, constants.W_OK).catch(() => {
        throw new UsageError(`The report cannot be written: ${folder} is not there, or not to be written to`);
      });
      const { runTry } = await import('./run-try.ts');
      process.exitCode = await runTry(file, blob, options);
    });
