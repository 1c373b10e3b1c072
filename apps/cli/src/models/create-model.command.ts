import { type ClientOptions, clientCommand, connect } from '../command/client-command.ts';
import { exitCodes } from '../command/exit-codes.ts';
import { wholeNumber } from '../command/parse-number.ts';
import { resolveSearch, searchArgument } from '../searches/resolve-search.ts';

export const createModelCommand = () =>
  clientCommand('create SEARCH', 'train a trial on all training rows, wait for it, and print the model’s id')
    .argument('<search>', searchArgument)
    .option('--trial <n>', 'its number (default: the recommended one)', wholeNumber(0))
    .addHelpText(
      'after',
      `
Examples:
  $ holdfast model create latest
  $ holdfast model create latest --trial 3 --json | jq .refit`,
    )
    .action(async (given: string, { trial, ...options }: ClientOptions & { trial?: number }) => {
      const client = connect(options);
      const search = await resolveSearch(client, given);
      const { id } = await client.createModel(search, trial === undefined ? {} : { trial });
      const model = await client.waitForModel(id);
      process.stdout.write(`${options.json ? JSON.stringify(model) : id}\n`);
      if (model.status === 'failed') {
        process.stderr.write(`The model failed: ${model.reason}\n`);
        process.exitCode = exitCodes.failed;
      } else if (!options.json) {
        process.stderr.write(`Trial ${model.trial}, ${model.parametersDigest}\n`);
      }
    });
