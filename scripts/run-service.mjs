import { spawn } from 'node:child_process';

/**
 * Starts `holdfast serve` in a process group of its own.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ url: string, stop: () => Promise<number | null> }>} `stop` is Ctrl-C, and gives the exit code
 */
export async function runService(program, args, options = {}) {
  const service = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve) => service.once('exit', resolve));
  const url = await new Promise((resolve, reject) => {
    let output = '';
    service.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      const [, address] = /Ready in .* at (http\S+)/.exec(output) ?? [];
      if (address) resolve(address);
    });
    service.once('error', reject);
    void ended.then((code) => reject(new Error(`serve ended with ${code}:\n${output}`)));
  });
  return {
    url,
    async stop() {
      if (service.exitCode === null && service.signalCode === null)
        process.kill(-(service.pid ?? 0), 'SIGINT');
      return ended;
    },
  };
}
