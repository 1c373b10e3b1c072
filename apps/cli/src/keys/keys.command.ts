import { type Scope, scopes } from '@holdfast/contracts/scopes';
import type * as ApiKeys from '@holdfast/db/api-keys';
import type { Database } from '@holdfast/db/open-database';
import { Command, InvalidArgumentError } from 'commander';
import { keysTable } from './keys-table.ts';
import { parseDuration } from './parse-duration.ts';

/** `holdfast keys …`: API keys, made and ended in the database itself, by whoever may reach that. */
export function keysCommand(): Command {
  const run = async (work: (database: Database, apiKeys: typeof ApiKeys) => Promise<string>) => {
    const [apiKeys, { withKeysDatabase }] = await Promise.all([
      import('@holdfast/db/api-keys'),
      import('./keys-database.ts'),
    ]);
    process.stdout.write(await withKeysDatabase(process.env, (database) => work(database, apiKeys)));
  };
  const keys = new Command('keys').description(
    'API keys, in the database of DATABASE_URL or of the data folder (HOLDFAST_HOME)',
  );

  keys
    .command('create')
    .description('make a key and print it, this once')
    .requiredOption('--name <text>', 'whose it is, or what for', parseName)
    .requiredOption('--scope <list>', `with commas: ${scopes.join(', ')}`, parseScopes)
    .option('--expires <time>', '30m, 12h, 90d or never', duration, 90 * 86_400)
    .option('--rate <n>', 'requests a second (default: HOLDFAST_KEY_REQUESTS_PER_SECOND)', wholeNumber)
    .option('--in-flight <n>', 'requests at a time (default: HOLDFAST_KEY_REQUESTS_IN_FLIGHT)', wholeNumber)
    .action((options: CreateOptions) =>
      run(async (database, { createApiKey }) => {
        const { key } = await createApiKey(database, {
          name: options.name,
          scopes: options.scope,
          seconds: options.expires,
          requestsPerSecond: options.rate ?? null,
          requestsInFlight: options.inFlight ?? null,
        });
        return `${key}\n`;
      }),
    );

  keys
    .command('list')
    .description('all keys, those that are over included')
    .action(() =>
      run(async (database, { listApiKeys }) => keysTable(await listApiKeys(database), new Date())),
    );

  keys
    .command('revoke <id>')
    .description('end a key: it is refused within 5 seconds')
    .action((id: string) =>
      run(async (database, { revokeApiKey }) => {
        if ((await revokeApiKey(database, id)) === null) throw new Error(`There is no key ${id}.`);
        return `Revoked ${id}.\n`;
      }),
    );

  keys
    .command('rotate <id>')
    .description('make a key in place of another, which goes on for a while')
    .option('--overlap <time>', 'how long both are taken: 30m, 12h, 7d', duration, 86_400)
    .option('--expires <time>', 'of the new one: 30m, 12h, 90d or never', duration, 90 * 86_400)
    .action((id: string, { overlap, expires }: { overlap: number | null; expires: number | null }) =>
      run(async (database, { rotateApiKey }) => {
        if (overlap === null) throw new Error('--overlap needs an end: 30m, 12h or 7d.');
        const made = await rotateApiKey(database, id, { overlapSeconds: overlap, seconds: expires });
        if (made === null) throw new Error(`The key ${id} is not there, over, or was rotated before.`);
        return `${made.key}\n`;
      }),
    );
  return keys;
}

interface CreateOptions {
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
