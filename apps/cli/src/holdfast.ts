import { CommanderError } from 'commander';
import { buildProgram } from './command/build-program.ts';
import { exitCodes } from './command/exit-codes.ts';
import { explainFailure } from './command/explain-failure.ts';

/** Nobody reads any more: a reader that has seen enough, as `head` has, or a terminal that was closed. */
const unread = new Set(['EPIPE', 'EIO', 'ENXIO', 'ERR_STREAM_DESTROYED']);
let told = false;
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!unread.has(error.code ?? '')) throw error;
    // That is no error; but whatever was started is to be stopped in order, by whoever listens for that.
    if (process.listenerCount('SIGTERM') === 0) process.exit(exitCodes.ok);
    if (!told) process.emit('SIGTERM');
    told = true;
  });

try {
  const program = await buildProgram(process.argv.slice(2));
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has written its message; help and version are no mistakes.
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  } else {
    const { message, code } = explainFailure(error);
    process.stderr.write(`${message}\n`);
    process.exitCode = code;
  }
}
