#!/usr/bin/env node
import { readSettings, SettingsError } from './settings.ts';
import { type RunningApi, startApi } from './start-api.ts';

const help = `Holdfast's HTTP service.

  node apps/api/dist/server.js

Settings, all by environment:
  DATABASE_URL   postgres://holdfast_api:password@host:port/database (needed)
  REDIS_URL      redis://host:port; without it the queue stands in the database
  HOST           address to bind, 127.0.0.1 unless given; any but loopback needs a key
  PORT           8080 unless given; 0 picks a free one
  HOLDFAST_ADMIN_KEY  first API key, of every scope; more are made by \`holdfast keys create\`. HOLDFAST_KEY is the
                 same, HOLDFAST_KEYS takes several, with commas
  HOLDFAST_WEB   folder of the built dashboard; HOLDFAST_DOCS of the built documentation
  HOLDFAST_MAX_BODY_BYTES, HOLDFAST_MAX_UPLOAD_BYTES and other limits: see SECURITY.md
  LOG_LEVEL      fatal, error, warn, info, debug, trace or silent; info unless given
`;

/** A process that does not come to an end by itself is ended: supervisors count from the signal. */
const drainMs = 9500;

async function main(): Promise<void> {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    process.stdout.write(help);
    return;
  }
  let stopping = false;
  let running: RunningApi | undefined;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), drainMs).unref();
    await running?.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Forked: without the parent nobody would end this process.
  process.on('disconnect', stop);

  running = await startApi(readSettings(process.env));
  if (stopping) await running.close();
  process.send?.({ ready: true, url: running.url });
}

main().catch((error: unknown) => {
  const lines =
    error instanceof SettingsError
      ? error.problems
      : [error instanceof Error ? error.message : String(error)];
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exit(1);
});
