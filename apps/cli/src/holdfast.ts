import { CommanderError } from 'commander';
import { buildProgram } from './command/build-program.ts';
import { exitCodes } from './command/exit-codes.ts';
import { explainFailure } from './command/explain-failure.ts';

// A reader that has seen enough, as `head` has, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.ok);
  throw error;
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
