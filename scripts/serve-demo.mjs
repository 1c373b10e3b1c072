import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { exitWith, root, setUp } from './set-up.mjs';

/**
 * Sets up, then runs `holdfast serve --demo` and ends after it, with its exit code. Ctrl-C reaches the service by
 * itself; this process only waits, so that nothing runs any more when the prompt is back.
 *
 * @param {string[]} args of `holdfast serve`
 */
export async function serveDemo(args) {
  try {
    await setUp();
  } catch (error) {
    exitWith(error);
  }
  const holdfast = join(root, 'apps', 'cli', 'bin', 'holdfast.js');
  const service = spawn(process.execPath, [holdfast, 'serve', '--demo', ...args], { stdio: 'inherit' });

  // A signal may have come to this process alone, so the first of each kind goes on; `serve` counts the two as one.
  for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    let passedOn = false;
    process.on(signal, () => {
      if (!passedOn) service.kill(signal);
      passedOn = true;
    });
  }
  service.once('error', exitWith);
  service.once('exit', (code) => process.exit(code ?? 1));
}
