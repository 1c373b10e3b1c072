import { type ClientOptions, clientCommand, connect, printAnswer } from '../command/client-command.ts';
import { resolveSearch, searchArgument } from '../searches/resolve-search.ts';
import { describeReveals } from './describe-reveals.ts';

export const revealsCommand = () =>
  clientCommand('reveals [SEARCH]', 'what the locked rows have shown of a search; spends nothing')
    .argument('[search]', searchArgument, 'latest')
    .action(async (given: string, options: ClientOptions) => {
      const client = connect(options);
      const id = await resolveSearch(client, given);
      if (options.json) return printAnswer(client, `/v1/searches/${id}/reveals`);
      const reveals = await client.listReveals(id);
      if (reveals.length === 0) {
        process.stdout.write(
          `No trial of ${id} was tested on locked rows. One is by: holdfast reveal ${id}\n`,
        );
        return;
      }
      const { dataset } = await client.getSearch(id);
      // What was revealed has data here.
      process.stdout.write(`${describeReveals(reveals, await client.getDataset(dataset!))}\n`);
    });
