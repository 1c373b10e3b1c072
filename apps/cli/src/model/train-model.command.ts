import { type ClientOptions, clientCommand, connect } from '../command/client-command.ts';
import { wholeNumber } from '../command/parse-number.ts';
import { resolveSearch, searchArgument } from '../searches/resolve-search.ts';

interface TrainOptions extends ClientOptions {
  trial?: number;
}

export const trainModelCommand = () =>
  clientCommand('train [SEARCH]', 'train a trial on all training rows, and wait for it')
    .argument('[search]', searchArgument, 'latest')
    .option('--trial <n>', 'which one (default: the recommended)', wholeNumber(0))
    .addHelpText('after', '\nExample:\n  $ holdfast model train latest --trial 3')
    .action(async (given: string, options: TrainOptions) => {
      const client = connect(options);
      const { trial } = options;
      const search = await resolveSearch(client, given);
      const { id } = await client.createModel(search, trial === undefined ? {} : { trial });
      const model = await client.waitForModel(id);
      if (model.status !== 'completed') throw new Error(`The model could not be trained: ${model.reason}`);
      if (options.json) process.stdout.write(`${JSON.stringify(model)}\n`);
      else
        process.stdout.write(
          `${id}: trial ${model.trial}, ${model.parametersDigest}\nNext: holdfast model get ${id}\n`,
        );
    });
