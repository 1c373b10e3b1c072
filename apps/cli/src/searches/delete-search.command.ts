import { type ClientOptions, clientCommand, connect } from '../command/client-command.ts';
import { resolveSearch } from './resolve-search.ts';

export const deleteSearchCommand = () =>
  clientCommand('delete SEARCH', 'delete a search that is over, with its trials and results')
    .argument('<search>', 'id or name of a search')
    .action(async (given: string, options: ClientOptions) => {
      const client = connect(options);
      const id = await resolveSearch(client, given);
      await client.deleteSearch(id);
      process.stdout.write(options.json ? `${JSON.stringify({ deleted: id })}\n` : `Deleted ${id}.\n`);
    });
