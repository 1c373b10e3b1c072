// Starts the server of a folder with the built package in another folder and prints it as a line of JSON. Then waits:
// for "stop" on standard input, or to be killed.
// Usage: node start-and-wait.mjs DIST_FOLDER DATA_FOLDER
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [distFolder, dataFolder] = process.argv.slice(2);
const { startPostgres } = await import(pathToFileURL(join(distFolder, 'start-postgres.js')).href);
try {
  const server = await startPostgres({ dataFolder, settings: { fsync: 'off' } });
  const { url, pid, port, adopted } = server;
  console.log(JSON.stringify({ url, pid, port, adopted }));
  process.stdin.once('data', () => server.stop().then(() => process.exit(0)));
} catch (error) {
  console.log(JSON.stringify({ error: error.name, message: error.message }));
}
