import type { AnySpecInput } from '@holdfast/contracts/any-spec';
import type { SearchPlan } from '@holdfast/contracts/search';
import { type ClientOptions, clientCommand, connect, printAnswer } from '../command/client-command.ts';
import { UsageError } from '../command/usage-error.ts';
import { timeLeft } from '../watch/progress-line.ts';
import { watchToEnd } from '../watch/watch-to-end.ts';

interface SubmitOptions extends ClientOptions {
  dataset?: string;
  set: string[];
  dryRun?: boolean;
  watch?: boolean;
  quiet?: boolean;
}

export const submitCommand = () =>
  clientCommand('submit [FILE]', 'submit a search')
    .argument('[file]', 'the search, as YAML or JSON; - reads standard input')
    .option('--dataset <dataset>', 'id or name of the data set; alone it is a whole search')
    .option(
      '--set <path=value>',
      'set a value; may be repeated',
      (one: string, all: string[]) => [...all, one],
      [],
    )
    .option('--dry-run', 'show what would be done, and do nothing')
    .option('--watch', 'watch it until it is over')
    .option('-q, --quiet', 'print the id alone')
    .addHelpText(
      'after',
      `
Examples:
  $ holdfast submit --dataset iris --watch
  $ holdfast submit examples/iris-grid.json --dry-run
  $ holdfast submit search.yaml --set learningRate=0.1 --set strategy.trials=50
  $ ID=$(holdfast submit search.yaml --quiet)`,
    )
    .action(async (file: string | undefined, options: SubmitOptions) => {
      if (file === undefined && options.dataset === undefined) {
        throw new UsageError('Name a file with the search, or a data set: holdfast submit --dataset iris');
      }
      const [{ readSpec }, { setValues }] = await Promise.all([
        import('./read-spec.ts'),
        import('./set-values.ts'),
      ]);
      const client = connect(options);
      const written = file === undefined ? {} : await readSpec(file);
      const named = options.dataset === undefined ? [] : [`dataset=${JSON.stringify(options.dataset)}`];
      const spec = setValues(written, [...named, ...options.set]) as AnySpecInput;
      if (options.dryRun) {
        if (options.json) {
          return printAnswer(client, '/v1/searches', { method: 'POST', body: spec, query: { dryRun: true } });
        }
        process.stdout.write(`${describePlan(await client.planSearch(spec))}\n`);
        return;
      }
      const search = await client.createSearch(spec);
      if (options.quiet) process.stdout.write(`${search.id}\n`);
      else if (!options.json) process.stdout.write(`Submitted "${search.name}": ${search.id}\n`);
      else if (!options.watch) process.stdout.write(`${JSON.stringify(search)}\n`);
      if (options.watch) process.exitCode = await watchToEnd(client, search.id, options);
      else if (!options.quiet && !options.json) {
        const trainer = search.trainer === 'external' ? `your trainer, which asks for ${search.id}; ` : '';
        process.stdout.write(`Next: ${trainer}holdfast watch ${search.id}\n`);
      }
    });

function describePlan({ trials, folds, largestWeightCount, estimatedSeconds, warnings }: SearchPlan): string {
  return [
    `${trials} trials, ${folds} fold runs${estimatedSeconds === null ? '' : `, about ${timeLeft(estimatedSeconds)}`}`,
    ...(largestWeightCount === null ? [] : [`largest network: ${largestWeightCount} weights`]),
    ...warnings.map(({ message }) => `Warning: ${message}`),
    'Nothing was created.',
  ].join('\n');
}
