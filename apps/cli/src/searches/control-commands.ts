import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import type { Search } from '@holdfast/contracts/search';
import { type ClientOptions, clientCommand, connect } from '../command/client-command.ts';
import { numberBetween, wholeNumber } from '../command/parse-number.ts';
import { progressLine } from '../watch/progress-line.ts';
import { resolveSearch, searchArgument } from './resolve-search.ts';

type Act<T> = (client: HoldfastClient, id: string, options: T) => Promise<Search>;

async function control<T extends ClientOptions>(given: string, options: T, act: Act<T>): Promise<void> {
  const client = connect(options);
  const search = await act(client, await resolveSearch(client, given), options);
  if (options.json) process.stdout.write(`${JSON.stringify(search)}\n`);
  else
    process.stdout.write(`"${search.name}" ${search.id} is ${search.status}\n${progressLine(search, 100)}\n`);
}

export const pauseCommand = () =>
  clientCommand('pause SEARCH', 'begin nothing more of a search; what is being trained is finished')
    .argument('<search>', searchArgument)
    .action((given, options) => control(given, options, (client, id) => client.pauseSearch(id)));

export const resumeCommand = () =>
  clientCommand('resume SEARCH', 'let a paused search go on')
    .argument('<search>', searchArgument)
    .action((given, options) => control(given, options, (client, id) => client.resumeSearch(id)));

export const cancelCommand = () =>
  clientCommand('cancel SEARCH', 'end a search; what is finished stays')
    .argument('<search>', searchArgument)
    .action((given, options) => control(given, options, (client, id) => client.cancelSearch(id)));

interface ExtendOptions extends ClientOptions {
  trials: number;
}

export const extendCommand = () =>
  clientCommand('extend SEARCH', 'give a search more trials of its strategy, also once it is completed')
    .argument('<search>', searchArgument)
    .requiredOption('--trials <n>', 'so many more', wholeNumber(1))
    .addHelpText('after', '\nExample:\n  $ holdfast extend latest --trials 20')
    .action((given, options: ExtendOptions) =>
      control(given, options, (client, id, { trials }) => client.extendSearch(id, trials)),
    );

interface RefineOptions extends ClientOptions {
  top?: number;
  factor?: number;
  points?: number;
  name?: string;
}

export const refineCommand = () =>
  clientCommand('refine SEARCH', 'submit a new search around the best trials of one, on the same folds')
    .argument('<search>', searchArgument)
    .option('--top <n>', 'around so many of the best (default: 3)', wholeNumber(1))
    .option('--factor <share>', 'each range becomes so wide (default: 0.5)', numberBetween(0, 1))
    .option('--points <n>', 'of each range (default: 3)', wholeNumber(2))
    .option('--name <name>', 'of the new search')
    .addHelpText('after', '\nExample:\n  $ holdfast refine latest --top 1 --points 5')
    .action((given, options: RefineOptions) =>
      control(given, options, (client, id, { top, factor, points, name }) =>
        client.refineSearch(id, {
          ...(top !== undefined && { top }),
          ...(factor !== undefined && { factor }),
          ...(points !== undefined && { points }),
          ...(name !== undefined && { name }),
        }),
      ),
    );
