import { HoldfastClient } from '@holdfast/client/holdfast-client';
import { Command, Option } from 'commander';
import { UsageError } from './usage-error.ts';

export interface ClientOptions {
  url: string;
  key?: string;
  json?: boolean;
}

/** A command that speaks to a service: with its address and key, and with `--json`. */
export function clientCommand(nameAndArguments: string, description: string): Command {
  return new Command(nameAndArguments.split(' ')[0])
    .usage(`[options] ${nameAndArguments.split(' ').slice(1).join(' ')}`.trim())
    .description(description)
    .addOption(
      new Option('--url <url>', 'address of the service')
        .env('HOLDFAST_URL')
        .default('http://127.0.0.1:8080'),
    )
    .addOption(new Option('--key <key>', 'API key').env('HOLDFAST_KEY'))
    .option('--json', 'print the answer of the API as it came');
}

/** @throws UsageError where the address is none */
export function connect({ url, key }: ClientOptions): HoldfastClient {
  const address = url === '' ? 'http://127.0.0.1:8080' : url;
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw new UsageError(`--url ${JSON.stringify(url)} must be an address such as http://127.0.0.1:8080`);
  }
  return new HoldfastClient({ url: address, ...(key ? { key } : {}) });
}

/** Prints the answer to a request, byte for byte. */
export async function printAnswer(
  client: HoldfastClient,
  path: string,
  options: Parameters<HoldfastClient['send']>[1] = {},
): Promise<void> {
  const text = await (await client.send(path, options)).text();
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}
