import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import { Option } from 'commander';
import { type ClientOptions, clientCommand, connect, printAnswer } from '../command/client-command.ts';
import { writeOutput } from './write-output.ts';

interface GetOptions extends ClientOptions {
  format: 'onnx' | 'json' | 'card';
  output?: string;
}

export const getModelCommand = () =>
  clientCommand('get MODEL', 'download a model; with --json, tell of it')
    .argument('<model>', 'id of the model')
    .addOption(
      new Option('--format <format>', 'onnx, json with all parameters, or its card in Markdown')
        .choices(['onnx', 'json', 'card'])
        .default('onnx'),
    )
    .option('--output <file>', 'where to; - is standard output (default: MODEL.onnx, .json or .md)')
    .addHelpText(
      'after',
      `
Examples:
  $ holdfast model get mo_… --output iris.onnx
  $ holdfast model get mo_… --format card --output - | less`,
    )
    .action(async (model: string, { format, output, ...options }: GetOptions) => {
      const client = connect(options);
      if (options.json) return printAnswer(client, `/v1/models/${encodeURIComponent(model)}`);
      const content = await download(client, model, format);
      await writeOutput(output ?? `${model}.${format === 'card' ? 'md' : format}`, content);
    });

async function download(
  client: HoldfastClient,
  model: string,
  format: GetOptions['format'],
): Promise<string | Uint8Array> {
  if (format === 'onnx') return client.getModelOnnx(model);
  if (format === 'json') return `${JSON.stringify(await client.getModelArtifact(model))}\n`;
  return client.getModelCard(model);
}
