import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { HttpError } from '@holdfast/client/http-error';
import { type ClientOptions, clientCommand, connect } from '../command/client-command.ts';
import { UsageError } from '../command/usage-error.ts';
import { predictionsCsv } from './predictions-csv.ts';
import { splitCsv } from './split-csv.ts';
import { writeOutput } from './write-output.ts';

export const predictCommand = () =>
  clientCommand('predict MODEL FILE', 'predict the rows of a CSV file, any number of them; writes CSV')
    .argument('<model>', 'id of the model')
    .argument('<file>', 'CSV with a header row and the features of the model; - is standard input')
    .option('--output <file>', 'where to; - is standard output', '-')
    .addHelpText(
      'after',
      `
Examples:
  $ holdfast model predict mo_… new-rows.csv
  $ holdfast model predict mo_… new-rows.csv --output predictions.csv`,
    )
    .action(
      async (model: string, file: string, { output, ...options }: ClientOptions & { output: string }) => {
        const client = connect(options);
        const { mostPredictedRows } = await import('@holdfast/contracts/predictions');
        const csv = await read(file);
        const written: string[] = [];
        for (const part of splitCsv(csv, mostPredictedRows)) {
          const answer = await client.predict(model, part.text).catch((error) => {
            throw placed(error, file, part.firstLine);
          });
          for (const { message } of answer.warnings) process.stderr.write(`${message}\n`);
          written.push(
            options.json ? `${JSON.stringify(answer)}\n` : predictionsCsv(answer.items, written.length === 0),
          );
        }
        await writeOutput(output, written.join(''));
      },
    );

async function read(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  return readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`${file} cannot be read: ${error.message}`);
  });
}

/** Lines in the service's message count from the beginning of a part. */
function placed(error: unknown, file: string, firstLine: number): unknown {
  if (!(error instanceof HttpError) || error.status !== 422 || firstLine <= 2) return error;
  const detail = `In the part of ${file} whose line 2 is line ${firstLine} of the file: ${error.problem.detail}`;
  return new HttpError({ ...error.problem, detail });
}
