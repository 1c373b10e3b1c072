import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

const portFile = (dataFolder: string) => join(dataFolder, 'port');

/** @returns the port that was bound and let go again, or null where it is taken */
async function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? null) : null));
    });
  });
}

export function takenPortError(port: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `Port ${port} on 127.0.0.1 cannot be used for the embedded Postgres: taken or not permitted. ` +
      'Choose another, or none to have a free one found.',
  );
}

/** @throws EmbeddedPostgresError where `port` is no port */
export function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new EmbeddedPostgresError(`${port} is not a port; give an integer from 1 to 65535, or none.`);
  }
}

/**
 * The asked port, else that of the last start, else a free one.
 * @throws EmbeddedPostgresError where the asked port is taken
 */
export async function choosePort(dataFolder: string, asked: number | undefined): Promise<number> {
  if (asked !== undefined) {
    if ((await tryPort(asked)) === null) throw takenPortError(asked);
    return asked;
  }
  const remembered = Number.parseInt(await readFile(portFile(dataFolder), 'utf8').catch(() => ''), 10);
  if (remembered > 0 && remembered < 65536 && (await tryPort(remembered)) !== null) return remembered;
  const free = await tryPort(0);
  if (free === null) {
    throw new EmbeddedPostgresError('No port could be opened on 127.0.0.1; is the loopback interface up?');
  }
  return free;
}

export async function rememberPort(dataFolder: string, port: number): Promise<void> {
  await writeFile(portFile(dataFolder), `${port}\n`, { mode: 0o600 });
}
