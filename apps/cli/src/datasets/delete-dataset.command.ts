import { type ClientOptions, clientCommand, connect } from '../command/client-command.ts';

export const deleteDatasetCommand = () =>
  clientCommand('delete DATASET', 'delete a data set that no search uses')
    .argument('<dataset>', 'id or name')
    .action(async (given: string, options: ClientOptions) => {
      const client = connect(options);
      const { id, name } = await client.getDataset(given);
      await client.deleteDataset(id);
      process.stdout.write(
        options.json ? `${JSON.stringify({ deleted: id })}\n` : `Deleted ${name} (${id}).\n`,
      );
    });
