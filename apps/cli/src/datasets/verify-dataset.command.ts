import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import { HttpError } from '@holdfast/client/http-error';
import type { Dataset } from '@holdfast/contracts/dataset';
import type { Opening } from '@holdfast/contracts/reveal';
import { type ClientOptions, clientCommand, connect } from '../command/client-command.ts';
import { exitCodes } from '../command/exit-codes.ts';
import { UsageError } from '../command/usage-error.ts';

interface VerifyOptions extends ClientOptions {
  test?: string;
  commitment?: string;
}

export const verifyDatasetCommand = () =>
  clientCommand('verify DATASET [FILE]', 'check that the test rows are those of the file, as committed to')
    .argument('<dataset>', 'id or name')
    .argument('[file]', 'the file that was uploaded; none for generated data')
    .option('--test <file>', 'the test rows, where they were uploaded apart')
    .option('--commitment <digest>', 'what was answered at the creation (default: as the service says now)')
    .addHelpText(
      'after',
      `
A commitment to the test rows is published when they are sealed, and opened by
the first reveal of them. This makes it again from the file and what was opened,
here and not in the service. Exit code 8: it is another one, so the rows were
exchanged, or the file was.

Example:
  $ holdfast datasets verify iris examples/data/iris.csv --commitment sha256:…`,
    )
    .action(
      async (given: string, file: string | undefined, { test, commitment, ...options }: VerifyOptions) => {
        const client = connect(options);
        const dataset = await client.getDataset(given);
        const promised = commitment ?? dataset.test.commitment;
        if (promised === null) throw new UsageError(`${dataset.name} has no locked test rows.`);
        const opening = await findOpening(client, dataset);
        if (!opening) {
          const why = 'The commitment is opened by the first reveal, and there is none yet';
          throw new UsageError(
            `${why}${dataset.test.protocol === 'ladder' ? '; on a ladder there is none' : ''}.`,
          );
        }
        if (opening.source === null && file === undefined)
          throw new UsageError('Name the file that was uploaded.');
        // Not before it is needed: reading files as the service does takes much to load.
        const { commitAgain } = await import('@holdfast/api/datasets/commit-again');
        const made = await commitAgain(dataset, opening, {
          file: file === undefined ? undefined : await openFile(file),
          test: test === undefined ? undefined : await openFile(test),
        });
        const same = made === promised;
        if (options.json) process.stdout.write(`${JSON.stringify({ same, promised, made })}\n`);
        else if (same)
          process.stdout.write(`The ${dataset.rows.test} test rows are those of the file: ${made}\n`);
        else
          process.stdout.write(
            `Not the same rows: committed to was ${promised}, the file comes to ${made}\n`,
          );
        process.exitCode = same ? exitCodes.ok : exitCodes.differs;
      },
    );

/** By any reveal of the data set, as the ledger has them; one of a search that was deleted cannot be asked for. */
async function findOpening(client: HoldfastClient, { id }: Dataset): Promise<Opening | null> {
  const asked = new Set<string>();
  for await (const { kind, data } of client.eachLedgerEntry({ dataset: id })) {
    const search = String(data['search']);
    if (kind !== 'reveal' || asked.has(search)) continue;
    asked.add(search);
    const reveals = await client.listReveals(search).catch((error: unknown) => {
      if (error instanceof HttpError && error.status === 404) return [];
      throw error;
    });
    const opened = reveals.find(({ dataset, opening }) => dataset === id && opening !== null);
    if (opened) return opened.opening;
  }
  return null;
}

async function openFile(file: string): Promise<AsyncIterable<Uint8Array>> {
  await access(file).catch((error: Error) => {
    throw new UsageError(`${file} cannot be read: ${error.message}`);
  });
  return createReadStream(file);
}
