import { Command } from 'commander';
import { runBook } from './book/run-book.ts';
import { compareReal } from './strategies/compare-real.ts';
import { runStrategies } from './strategies/run-strategies.ts';
import { makePool } from './strategies/trial-pool.ts';

const program = new Command('bench').description('Measurements of Holdfast; each prints what it measured');

program
  .command('book')
  .description(
    'the textbook spiral: ten seeds each, tested on 30,000 fresh points, beside the published figures',
  )
  .option('--seeds <n>', 'how many seeds', '10')
  .option('--only <name>', 'one of no-penalty, l2, more-data')
  .option('--epochs <n>', 'epochs in place of 10,000, for a quick look')
  .option('--threads <n>', 'trainings side by side', '2')
  .option('--json', 'one JSON object on standard output')
  .action(async (options) => {
    await runBook({
      seeds: Number(options.seeds),
      only: options.only,
      epochs: options.epochs === undefined ? undefined : Number(options.epochs),
      threads: Number(options.threads),
      json: options.json === true,
    });
  });

const strategies = program
  .command('strategies')
  .option('--seeds <n>', 'how many seeds', '20')
  .option('--trials <n>', 'of each search on a surrogate', '100')
  .option('--python <path>', 'a Python with Optuna, to run it beside')
  .option('--json', 'one JSON object on standard output')
  .action(async (options) => {
    await runStrategies({
      seeds: Number(options.seeds),
      trials: Number(options.trials),
      python: options.python,
      json: options.json === true,
    });
  })
  .description('search strategies against random search on surrogates and on stored real trials');
strategies
  .command('real')
  .description('searches that really train, on digits and on the spiral; takes some minutes')
  .option('--seeds <n>', 'how many seeds', '10')
  .action(({ seeds }) => compareReal(Number(seeds)));
strategies
  .command('pools')
  .description('trains the real trials that the others draw from, and stores their scores in bench/data')
  .option('--trials <n>', 'how many', '250')
  .action(async ({ trials }) => {
    for (const data of ['digits', 'spiral'] as const) await makePool(data, Number(trials));
  });

await program.parseAsync();
