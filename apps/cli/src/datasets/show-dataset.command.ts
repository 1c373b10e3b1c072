import { type ClientOptions, clientCommand, connect, printAnswer } from '../command/client-command.ts';
import { describeDataset } from './describe-dataset.ts';

export const showDatasetCommand = () =>
  clientCommand('show DATASET', 'one data set: rows, classes, lock, warnings')
    .argument('<dataset>', 'id or name')
    .action(async (dataset: string, options: ClientOptions) => {
      const client = connect(options);
      if (options.json) return printAnswer(client, `/v1/datasets/${encodeURIComponent(dataset)}`);
      process.stdout.write(`${describeDataset(await client.getDataset(dataset))}\n`);
    });
