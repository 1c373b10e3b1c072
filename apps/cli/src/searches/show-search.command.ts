import { type ClientOptions, clientCommand, connect, printAnswer } from '../command/client-command.ts';
import { describeSearch } from './describe-search.ts';
import { resolveSearch, searchArgument } from './resolve-search.ts';

export const showSearchCommand = () =>
  clientCommand('show [SEARCH]', 'one search: what it is, and how far')
    .argument('[search]', searchArgument, 'latest')
    .action(async (given: string, options: ClientOptions) => {
      const client = connect(options);
      const id = await resolveSearch(client, given);
      if (options.json) return printAnswer(client, `/v1/searches/${id}`);
      process.stdout.write(`${describeSearch(await client.getSearch(id), process.stdout.columns || 100)}\n`);
    });
