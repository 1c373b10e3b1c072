import { readFile } from 'node:fs/promises';
import { type ClientOptions, clientCommand, connect } from '../command/client-command.ts';
import { UsageError } from '../command/usage-error.ts';

export const predictCommand = () =>
  clientCommand('predict MODEL FILE', 'predict the rows of a CSV file; one line of JSON for each')
    .argument('<model>', 'id of the model')
    .argument('<file>', 'CSV with a header row and the model’s features, up to 10,000 rows')
    .addHelpText(
      'after',
      '\nExample:\n  $ holdfast model predict mo_0123456789abcdefghij new-rows.csv | jq -r .label',
    )
    .action(async (id: string, file: string, options: ClientOptions) => {
      const text = await readFile(file, 'utf8').catch((error: Error) => {
        throw new UsageError(`${file} cannot be read: ${error.message}`);
      });
      const predictions = await connect(options).predict(id, text);
      if (options.json) process.stdout.write(`${JSON.stringify(predictions)}\n`);
      else for (const item of predictions.items) process.stdout.write(`${JSON.stringify(item)}\n`);
    });
