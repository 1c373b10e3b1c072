import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

const defaults: Readonly<Record<string, string>> = {
  max_connections: '200',
  shared_buffers: '128MB',
  max_wal_size: '512MB',
  fsync: 'on',
  synchronous_commit: 'on',
  // The processors belong to training, and a container's /dev/shm may be too small for parallel queries.
  max_parallel_workers_per_gather: '0',
  max_logical_replication_workers: '0',
  jit: 'off',
  client_connection_check_interval: '10s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // Statements and error details quote rows and parameters, which must not leak into a log.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

const fixed = new Set(['port', 'listen_addresses', 'unix_socket_directories', 'data_directory']);

/**
 * The text of postgresql.conf: loopback only, no Unix socket.
 * @throws EmbeddedPostgresError for a setting that is malformed or not the caller's to choose
 */
export function serverConfiguration(port: number, settings: Readonly<Record<string, string>>): string {
  const merged: Record<string, string> = { ...defaults };
  for (const [name, value] of Object.entries(settings)) {
    const key = name.toLowerCase();
    if (!/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/.test(key)) {
      throw new EmbeddedPostgresError(`"${name}" is not the name of a Postgres setting.`);
    }
    if (fixed.has(key)) {
      throw new EmbeddedPostgresError(
        `The embedded Postgres chooses ${key} itself; remove it from settings.`,
      );
    }
    if (/[\n\r\0]/.test(value))
      throw new EmbeddedPostgresError(`The value of setting ${key} must be one line.`);
    merged[key] = value;
  }
  merged.listen_addresses = '127.0.0.1';
  merged.unix_socket_directories = '';
  merged.port = String(port);
  const lines = Object.entries(merged).map(
    ([name, value]) => `${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`,
  );
  return ['# Written at every start; ALTER SYSTEM keeps settings of your own.', ...lines, ''].join('\n');
}
