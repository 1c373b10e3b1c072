import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { type ClientOptions, clientCommand, connect } from '../command/client-command.ts';
import { resolveSearch, searchArgument } from '../searches/resolve-search.ts';
import { makeExport } from './make-export.ts';

interface ExportOptions extends ClientOptions {
  out?: string;
  data: boolean;
}

export const exportCommand = () =>
  clientCommand('export [SEARCH]', 'write a file with everything to repeat a search elsewhere')
    .argument('[search]', searchArgument, 'latest')
    .option('-o, --out <file>', 'where to; .gz compresses (default: standard output)')
    .option('--no-data', 'leave the training rows out: they must be there where it is repeated')
    .addHelpText(
      'after',
      `
The file holds the training rows, the whole search and its board; test rows are
locked and in no export. Where folds follow groups or times, --no-data is
needed: those columns are in no answer of the API, so that the same file must be
added where it is repeated.

Example:
  $ holdfast export latest --out search.json.gz`,
    )
    .action(async (given: string, options: ExportOptions) => {
      const client = connect(options);
      const exported = await makeExport(client, await resolveSearch(client, given), {
        withData: options.data,
      });
      const text = `${JSON.stringify(exported, null, 1)}\n`;
      if (options.out === undefined) {
        process.stdout.write(text);
        return;
      }
      await writeFile(options.out, options.out.endsWith('.gz') ? gzipSync(text) : text);
      const { digest } = exported.board;
      if (options.json) process.stdout.write(`${JSON.stringify({ file: options.out, digest })}\n`);
      else process.stdout.write(`${options.out}: ${exported.board.items.length} trials, board ${digest}\n`);
    });
