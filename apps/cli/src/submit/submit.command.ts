import { HttpError } from '@holdfast/client/http-error';
import type { AnySpecInput } from '@holdfast/contracts/any-spec';
import type { Search, SearchPlan } from '@holdfast/contracts/search';
import { type ClientOptions, clientCommand, connect, printAnswer } from '../command/client-command.ts';
import { UsageError } from '../command/usage-error.ts';
import { timeLeft } from '../watch/progress-line.ts';
import { watchToEnd } from '../watch/watch-to-end.ts';
import type { WrittenSpec } from './read-spec.ts';

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
    .option('-q, --quiet', 'print the id alone, unless --json is given')
    .addHelpText(
      'after',
      `
With --watch and --json every event is a line of JSON, as of holdfast watch.

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
      const written = file === undefined ? undefined : await readSpec(file);
      const named = options.dataset === undefined ? [] : [`dataset=${JSON.stringify(options.dataset)}`];
      // Told as what it is, and not as a search that cannot be run.
      if (options.dataset !== undefined) await client.getDataset(options.dataset);
      const spec = setValues(written?.value ?? {}, [...named, ...options.set]) as AnySpecInput;
      if (options.dryRun) {
        const planned = options.json
          ? printAnswer(client, '/v1/searches', { method: 'POST', body: spec, query: { dryRun: true } })
          : client.planSearch(spec).then((plan) => void process.stdout.write(`${describePlan(plan)}\n`));
        await planned.catch((error: unknown) => {
          throw withPlaces(error, written);
        });
        return;
      }
      const search = await client.createSearch(spec).catch((error: unknown) => {
        throw withPlaces(error, written);
      });
      if (options.json && !options.watch) process.stdout.write(`${JSON.stringify(search)}\n`);
      else if (options.quiet) process.stdout.write(`${search.id}\n`);
      else if (!options.json)
        process.stdout.write(`Submitted "${search.name}": ${search.id}${sizeOf(search)}\n`);
      if (options.watch) process.exitCode = await watchToEnd(client, search.id, options);
      else if (!options.quiet && !options.json) {
        const trainer = search.trainer === 'external' ? `your trainer, which asks for ${search.id}; ` : '';
        process.stdout.write(`Next: ${trainer}holdfast watch ${search.id}\n`);
      }
    });

/** A refusal with the lines of the file that it is about. */
function withPlaces(error: unknown, written: WrittenSpec | undefined): unknown {
  if (!(error instanceof HttpError)) return error;
  const places = (error.problem.errors ?? []).flatMap(({ pointer }) => written?.placeOf(pointer) ?? []);
  if (places.length === 0) return error;
  const { problem } = error;
  return new HttpError({ ...problem, detail: `${[...new Set(places)].join(', ')}: ${problem.detail}` });
}

/** How many trials, and where from: a space with a few values makes a grid of what was random before. */
function sizeOf({ spec, progress: { trials, folds } }: Search): string {
  const kind = 'kind' in spec.strategy ? `, ${spec.strategy.kind}` : '';
  return `\n${trials.total} trials${kind}, ${folds.total} fold runs`;
}

function describePlan({
  trials,
  folds,
  nested,
  largestWeightCount,
  estimatedSeconds,
  warnings,
}: SearchPlan): string {
  return [
    `${trials} trials, ${folds} fold runs${estimatedSeconds === null ? '' : `, about ${timeLeft(estimatedSeconds)}`}`,
    ...(nested === null ? [] : [`and ${nested.folds} fold runs more, for ${nested.outerFolds} outer folds`]),
    ...(largestWeightCount === null ? [] : [`largest network: ${largestWeightCount} weights`]),
    ...warnings.map(({ message }) => `Warning: ${message}`),
    'Nothing was created.',
  ].join('\n');
}
