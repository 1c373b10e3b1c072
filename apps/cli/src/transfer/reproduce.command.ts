import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import { reproducedTag } from '@holdfast/contracts/search-tags';
import { type ClientOptions, clientCommand, connect } from '../command/client-command.ts';
import { exitCodes } from '../command/exit-codes.ts';
import { watchSearch } from '../watch/watch-search.ts';
import { boardBytes, firstDifference } from './board-bytes.ts';
import type { ExportFile } from './export-file.ts';
import { importExport } from './import-export.ts';
import { wholeBoard } from './whole-board.ts';

interface ReproduceOptions extends ClientOptions {
  embedded?: boolean;
}

export const reproduceCommand = () =>
  clientCommand('reproduce FILE', 'run an exported search again and compare its board, byte for byte')
    .argument('<file>', 'what holdfast export wrote')
    .option('--embedded', 'on a service of its own, gone afterwards')
    .addHelpText(
      'after',
      '\nExit code 8: the bytes differ. Ctrl-C stops the comparing.\n\nExample:\n  $ holdfast reproduce search.json.gz --embedded',
    )
    .action(async (file: string, options: ReproduceOptions) => {
      const { readExport } = await import('./export-file.ts');
      const exported = await readExport(file);
      if (options.embedded) {
        const { onTemporaryService } = await import('../serve/temporary-service.ts');
        process.exitCode = await onTemporaryService(progressOf(options), (client, signal) =>
          reproduce(client, exported, options, signal),
        );
        return;
      }
      const stopping = new AbortController();
      process.once('SIGINT', () => stopping.abort());
      process.exitCode = await reproduce(connect(options), exported, options, stopping.signal);
    });

/** Where whoever waits can see how far it is. */
const progressOf = ({ json }: { json?: boolean | undefined }) => (json ? process.stderr : process.stdout);

async function reproduce(
  client: HoldfastClient,
  exported: ExportFile,
  { json }: ReproduceOptions,
  signal: AbortSignal,
): Promise<number> {
  const { id } = await importExport(
    client,
    { ...exported, name: `${exported.name} (${reproducedTag})`.slice(0, 200) },
    [reproducedTag],
  );
  const { status, reason } = await watchSearch(client, id, progressOf({ json }), signal);
  if (signal.aborted) return exitCodes.interrupted;
  if (status !== 'completed') throw new Error(`The search ended ${status}${reason ? `: ${reason}` : ''}.`);
  const board = await wholeBoard(client, id);
  const difference = firstDifference(boardBytes(exported.board), boardBytes(board));
  const { digest } = board;
  if (json)
    process.stdout.write(
      `${JSON.stringify({ same: difference === null, digest, difference, search: id })}\n`,
    );
  else if (difference === null)
    process.stdout.write(`The same bytes: ${board.items.length} trials, ${digest}\n`);
  else
    process.stdout.write(
      `The bytes differ, ${difference}\nexpected ${exported.board.digest}\nfound    ${digest}\n`,
    );
  return difference === null ? exitCodes.ok : exitCodes.differs;
}
