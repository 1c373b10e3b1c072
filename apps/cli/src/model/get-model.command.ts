import { writeFile } from 'node:fs/promises';
import { Option } from 'commander';
import { type ClientOptions, clientCommand, connect, printAnswer } from '../command/client-command.ts';
import { UsageError } from '../command/usage-error.ts';

interface GetOptions extends ClientOptions {
  format: 'card' | 'json' | 'onnx';
  out?: string;
}

export const getModelCommand = () =>
  clientCommand('get MODEL', 'a final model: its card, or its parameters as JSON or ONNX')
    .argument('<model>', 'id of the model')
    .addOption(
      new Option('--format <format>', 'what of it').choices(['card', 'json', 'onnx']).default('card'),
    )
    .option('-o, --out <file>', 'write it there (default: standard output)')
    .addHelpText(
      'after',
      '\nExample:\n  $ holdfast model get mo_0123456789abcdefghij --format onnx --out model.onnx',
    )
    .action(async (id: string, options: GetOptions) => {
      const { format, out } = options;
      if (format === 'onnx' && out === undefined)
        throw new UsageError('ONNX is binary: name a file by --out');
      const client = connect(options);
      const path = `/v1/models/${encodeURIComponent(id)}`;
      if (options.json) return printAnswer(client, path);
      const answer = await (format === 'card'
        ? client.send(`${path}/card`)
        : client.send(`${path}/artifact`, { query: { format } }));
      if (out === undefined) process.stdout.write(`${await answer.text()}\n`);
      else await writeFile(out, new Uint8Array(await answer.arrayBuffer()));
    });
