import pg from 'pg';
import { MigrationError } from './database-errors.ts';
import { scramVerifier } from './scram-verifier.ts';

/** The processes that log in to the database, each as itself. */
export const parts = ['api', 'worker', 'evaluator'] as const;
export type Part = (typeof parts)[number];

/** What a part's login may do stands in prisma/access.sql, as the rights of this role. */
const roleOf = (part: Part) => `holdfast_${part}`;

/** The address of the part's own login on the same database: user and password alone are others. */
export function loginUrl(databaseUrl: string, part: Part, password: string): string {
  const url = new URL(databaseUrl);
  url.username = roleOf(part);
  url.password = encodeURIComponent(password);
  return url.href;
}

/**
 * Makes the logins that the addresses name, or gives them their passwords where they are there: the part's role itself,
 * or, by any other name, a member of it. The server is sent a password's verifier alone, so that no log of statements has it.
 *
 * @param ownerUrl of a login that may create roles
 * @throws MigrationError where it may not, or where an address names a login that is no part's own
 */
export async function provideLogins(
  ownerUrl: string,
  addresses: Partial<Readonly<Record<Part, string>>>,
): Promise<void> {
  const logins = parts.flatMap((part) => {
    const url = addresses[part];
    return url === undefined ? [] : [{ part, url, ...credentialsOf(part, url) }];
  });
  const client = new pg.Client({
    connectionString: ownerUrl,
    application_name: 'holdfast migrate',
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    for (const login of logins) await provideLogin(client, login);
  } finally {
    await client.end();
  }
}

interface Login {
  part: Part;
  url: string;
  user: string;
  password: string;
}

function credentialsOf(part: Part, url: string): Pick<Login, 'user' | 'password'> {
  const { username, password } = new URL(url);
  if (username === '' || password === '') {
    throw new MigrationError(`The address of the ${part}'s login must have a user and a password.`);
  }
  return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
}

async function provideLogin(client: pg.Client, { part, url, user, password }: Login): Promise<void> {
  const name = client.escapeIdentifier(user);
  try {
    for (const role of new Set([roleOf(part), user])) await createRole(client, role);
    await refuseMightyLogin(client, part, user);
    const verifier = client.escapeLiteral(scramVerifier(password));
    await client.query(`ALTER ROLE ${name} LOGIN PASSWORD ${verifier}`);
    if (user !== roleOf(part)) await client.query(`GRANT ${roleOf(part)} TO ${name}`);
  } catch (error) {
    if ((error as pg.DatabaseError).code !== '42501') throw error;
    // An administrator may have done it already.
    if (await isLoginOf(part, url)) return;
    throw new MigrationError(
      `The login ${user} cannot be provided: ${(error as Error).message}. Let an administrator of the server do it: ` +
        `${user === roleOf(part) ? 'ALTER' : 'CREATE'} ROLE ${name} LOGIN PASSWORD '…'` +
        `${user === roleOf(part) ? '' : `; GRANT ${roleOf(part)} TO ${name}`};`,
      { cause: error },
    );
  }
}

/** Whether somebody logs in by this address who has the part's rights. */
async function isLoginOf(part: Part, url: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    query_timeout: 10_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ has: boolean }>(`SELECT pg_has_role($1, 'USAGE') AS has`, [
      roleOf(part),
    ]);
    return rows[0]!.has;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function createRole(client: pg.Client, role: string): Promise<void> {
  const { rows } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  if (rows.length > 0) return;
  await client.query(`CREATE ROLE ${client.escapeIdentifier(role)}`).catch((error: pg.DatabaseError) => {
    // Somebody else was faster.
    if (error.code !== '42710' && error.code !== '23505') throw error;
  });
}

/** A login that may do everything, or another part's, would be a wall with a door in it. */
async function refuseMightyLogin(client: pg.Client, part: Part, user: string): Promise<void> {
  const { rows } = await client.query<{ mighty: boolean; others: string[] }>(
    `SELECT rolsuper OR pg_has_role(rolname, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'MEMBER')
         AS mighty,
       ARRAY(SELECT o.rolname::text FROM pg_roles o WHERE o.rolname = ANY ($2) AND pg_has_role(r.rolname, o.oid, 'MEMBER'))
         AS others
     FROM pg_roles r WHERE rolname = $1`,
    [user, parts.filter((other) => other !== part).map(roleOf)],
  );
  const [found] = rows;
  if (found?.mighty) {
    throw new MigrationError(
      `The ${part} must not log in as ${user}, who owns the database: name a login of its own.`,
    );
  }
  if (found && found.others.length > 0) {
    throw new MigrationError(
      `The ${part} must not log in as ${user}, who is ${found.others.join(', ')}: name a login of its own.`,
    );
  }
}
