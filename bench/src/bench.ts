import { Command } from 'commander';
import { runBook } from './book/run-book.ts';

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

await program.parseAsync();
