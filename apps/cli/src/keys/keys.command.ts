import { type Scope, scopes } from '@holdfast/contracts/scopes';
import type * as ApiKeys from '@holdfast/db/api-keys';
import type { Database } from '@holdfast/db/open-database';
import { Command, InvalidArgumentError, Option } from 'commander';
import { NotFoundError } from '../command/not-found-error.ts';
import { jsonOption } from '../command/service-options.ts';
import { UsageError } from '../command/usage-error.ts';
import { keysTable } from './keys-table.ts';
import { parseDuration } from './parse-duration.ts';

/** What to print: for people, or with --json as `/v1/keys` answers. */
interface Told {
  text: string;
  value: unknown;
}

/** `holdfast keys …`: API keys, made and ended in the database itself, by whoever may reach that. */
export function keysCommand(): Command {
  const run = async (
    { json, makes = false }: { json?: boolean; makes?: boolean },
    work: (database: Database, apiKeys: typeof ApiKeys) => Promise<Told>,
  ) => {
    const [apiKeys, { withKeysDatabase }] = await Promise.all([
      import('@holdfast/db/api-keys'),
      import('./keys-database.ts'),
    ]);
    const { text, value } = await withKeysDatabase({ environment: process.env, makes }, (database) =>
      work(database, apiKeys),
    );
    process.stdout.write(json ? `${JSON.stringify(value)}\n` : text);
  };
  const keys = new Command('keys').description(
    'API keys, in the database of DATABASE_URL or of the data folder (HOLDFAST_HOME)',
  );

  keys
    .command('create')
    .description('make a key and print it, this once')
    .requiredOption('--name <text>', 'whose it is, or what for', parseName)
    .requiredOption('--scope <list>', `with commas: ${scopes.join(', ')}`, parseScopes)
    .addOption(
      new Option('--expires <time>', '30m, 12h, 90d or never')
        .argParser(duration)
        .default(90 * 86_400, '90d'),
    )
    .option('--rate <n>', 'requests a second (default: HOLDFAST_KEY_REQUESTS_PER_SECOND)', wholeNumber)
    .option('--in-flight <n>', 'requests at a time (default: HOLDFAST_KEY_REQUESTS_IN_FLIGHT)', wholeNumber)
    .addOption(jsonOption())
    .action((options: CreateOptions) =>
      run({ ...options, makes: true }, async (database, { createApiKey }) => {
        const { key, record } = await createApiKey(database, {
          name: options.name,
          scopes: options.scope,
          seconds: options.expires,
          requestsPerSecond: options.rate ?? null,
          requestsInFlight: options.inFlight ?? null,
        });
        return { text: `${key}\n`, value: { ...record, key } };
      }),
    );

  keys
    .command('list')
    .description('all keys, those that are over included')
    .addOption(jsonOption())
    .action((options: JsonOption) =>
      run(options, async (database, { listApiKeys }) => {
        const items = await listApiKeys(database);
        return { text: keysTable(items, new Date()), value: { items } };
      }),
    );

  keys
    .command('revoke <id>')
    .description('end a key: it is refused within 5 seconds')
    .addOption(jsonOption())
    .action((id: string, options: JsonOption) =>
      run(options, async (database, { revokeApiKey }) => {
        const revoked = await revokeApiKey(database, id);
        if (revoked === null) throw new NotFoundError(`There is no key ${id}: holdfast keys list`);
        return { text: `Revoked ${id}.\n`, value: revoked };
      }),
    );

  keys
    .command('rotate <id>')
    .description('make a key in place of another, which goes on for a while')
    .addOption(
      new Option('--overlap <time>', 'how long both are taken: 30m, 12h, 7d')
        .argParser(duration)
        .default(86_400, '1d'),
    )
    .addOption(
      new Option('--expires <time>', 'of the new one: 30m, 12h, 90d or never')
        .argParser(duration)
        .default(90 * 86_400, '90d'),
    )
    .addOption(jsonOption())
    .action((id: string, { overlap, expires, ...options }: RotateOptions) =>
      run(options, async (database, { rotateApiKey }) => {
        if (overlap === null) throw new UsageError('--overlap needs an end: 30m, 12h or 7d.');
        const made = await rotateApiKey(database, id, { overlapSeconds: overlap, seconds: expires });
        if (made === null)
          throw new NotFoundError(`The key ${id} is not there, over, or was rotated before.`);
        return { text: `${made.key}\n`, value: { ...made.record, key: made.key } };
      }),
    );
  return keys;
}

interface JsonOption {
  json?: boolean;
}

interface RotateOptions extends JsonOption {
  overlap: number | null;
  expires: number | null;
}

interface CreateOptions extends JsonOption {
  name: string;
  scope: Scope[];
  expires: number | null;
  rate?: number;
  inFlight?: number;
}

function parseName(text: string): string {
  if (!/^[^\p{Cc}]{1,100}$/u.test(text)) throw new InvalidArgumentError('must have 1 to 100 characters.');
  return text;
}

function parseScopes(text: string): Scope[] {
  const given = text.split(',');
  for (const scope of given) {
    if (!scopes.includes(scope as Scope))
      throw new InvalidArgumentError(`"${scope}" is none of ${scopes.join(', ')}.`);
  }
  return [...new Set(given)] as Scope[];
}

function duration(text: string): number | null {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('must be a whole number from 1 on.');
  return Number(text);
}
