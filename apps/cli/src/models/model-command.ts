import { readFile, writeFile } from 'node:fs/promises';
import { HoldfastClient } from '@holdfast/client/holdfast-client';
import { HttpError } from '@holdfast/client/http-error';
import { mostPredictedRows } from '@holdfast/contracts/predictions';
import { Command, InvalidArgumentError, Option } from 'commander';
import { predictionsCsv } from './predictions-csv.ts';
import { splitCsv } from './split-csv.ts';

interface ServiceOptions {
  url: string;
  key?: string;
}

/** `holdfast model …`: final models of a service. */
export function modelCommand(): Command {
  return new Command('model')
    .description('final models: train one, download it, predict with it')
    .addCommand(createCommand())
    .addCommand(getCommand())
    .addCommand(predictCommand());
}

const createCommand = () =>
  serviceCommand('create', 'train a trial on all training rows, and wait for it; prints the id of the model')
    .argument('<search>', 'id of the search')
    .option('--trial <n>', 'its number (default: the recommended one)', trialNumber)
    .action((search: string, { trial, ...options }: ServiceOptions & { trial?: number }) =>
      run(options, async (client) => {
        const { id } = await client.createModel(search, trial === undefined ? {} : { trial });
        const { status, reason, parametersDigest } = await client.waitForModel(id);
        if (status === 'failed') throw new Error(`The model ${id} failed: ${reason}`);
        process.stderr.write(`${parametersDigest}\n`);
        process.stdout.write(`${id}\n`);
      }),
    );

interface GetOptions extends ServiceOptions {
  format: 'onnx' | 'json' | 'card';
  output?: string;
}

const getCommand = () =>
  serviceCommand('get', 'download a model')
    .argument('<model>', 'mo_…')
    .addOption(
      new Option('--format <format>', 'onnx, json, or its card in Markdown')
        .choices(['onnx', 'json', 'card'])
        .default('onnx'),
    )
    .option('--output <file>', 'where to; - is standard output (default: MODEL.onnx, .json or .md)')
    .action((model: string, { format, output, ...options }: GetOptions) =>
      run(options, async (client) => {
        const written = await download(client, model, format);
        await write(output ?? `${model}.${format === 'card' ? 'md' : format}`, written);
      }),
    );

async function download(
  client: HoldfastClient,
  model: string,
  format: GetOptions['format'],
): Promise<string | Uint8Array> {
  if (format === 'onnx') return client.getModelOnnx(model);
  if (format === 'json') return `${JSON.stringify(await client.getModelArtifact(model))}\n`;
  return client.getModelCard(model);
}

const predictCommand = () =>
  serviceCommand('predict', 'predict the rows of a CSV file, any number of them; writes CSV')
    .argument('<model>', 'mo_…')
    .argument('<file>', 'CSV with a header row and the features of the model; - is standard input')
    .option('--output <file>', 'where to (default: standard output)', '-')
    .action((model: string, file: string, { output, ...options }: ServiceOptions & { output: string }) =>
      run(options, async (client) => {
        const text = await (file === '-' ? readInput() : readFile(file, 'utf8'));
        const written: string[] = [];
        for (const part of splitCsv(text, mostPredictedRows)) {
          const { items, warnings } = await client.predict(model, part.text).catch((error) => {
            throw placed(error, file, part.firstLine);
          });
          for (const { message } of warnings) process.stderr.write(`${message}\n`);
          written.push(predictionsCsv(items, written.length === 0));
        }
        await write(output, written.join(''));
      }),
    );

/** Lines in the service's message count from the beginning of a part. */
function placed(error: unknown, file: string, firstLine: number): unknown {
  if (!(error instanceof HttpError) || firstLine <= 2) return error;
  return new Error(`${file}, in the part whose line 2 is line ${firstLine} of the file: ${error.message}`);
}

function serviceCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(
      new Option('--url <url>', 'address of the service')
        .env('HOLDFAST_URL')
        .default('http://127.0.0.1:8080'),
    )
    .addOption(new Option('--key <key>', 'API key').env('HOLDFAST_KEY'));
}

async function run(
  { url, key }: ServiceOptions,
  work: (client: HoldfastClient) => Promise<void>,
): Promise<void> {
  try {
    await work(new HoldfastClient({ url, ...(key && { key }) }));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function write(file: string, content: string | Uint8Array): Promise<void> {
  if (file === '-') {
    process.stdout.write(content);
    return;
  }
  await writeFile(file, content);
  process.stderr.write(`Wrote ${file}.\n`);
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function trialNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0 on.');
  return Number(text);
}
