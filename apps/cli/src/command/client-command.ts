import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import { Command } from 'commander';
import { serviceOptions } from './service-options.ts';
import { UsageError } from './usage-error.ts';

export interface ClientOptions {
  url: string;
  key?: string;
  json?: boolean;
}

let clientModule: typeof import('@holdfast/client/holdfast-client') | undefined;

/**
 * A command that speaks to a service: with its address and key, and with `--json`. The client, with its schemas, is loaded
 * when the command runs: `--help` need not wait for it.
 */
export function clientCommand(nameAndArguments: string, description: string): Command {
  const command = new Command(nameAndArguments.split(' ')[0])
    .usage(`[options] ${nameAndArguments.split(' ').slice(1).join(' ')}`.trim())
    .description(description)
    .hook('preAction', async () => {
      clientModule = await import('@holdfast/client/holdfast-client');
    });
  for (const option of serviceOptions()) command.addOption(option);
  return command;
}

/** @throws UsageError where the address is none */
export function connect({ url, key }: ClientOptions): HoldfastClient {
  const address = url === '' ? 'http://127.0.0.1:8080' : url;
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw new UsageError(`--url ${JSON.stringify(url)} must be an address such as http://127.0.0.1:8080`);
  }
  if (clientModule === undefined) throw new Error('connect() is for the actions of a clientCommand()');
  return new clientModule.HoldfastClient({ url: address, ...(key ? { key } : {}) });
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
