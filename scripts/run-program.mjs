import { spawn } from 'node:child_process';
import { descendantsOf, listProcesses } from './processes.mjs';

const onWindows = process.platform === 'win32';

/** @type {NodeJS.Signals[]} */
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Ended because someone asked for it: nothing is wrong, and nothing more is to be said. */
export class Interrupted extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`interrupted by ${signal}`);
    this.exitCode = signal === 'SIGINT' ? 130 : 143;
  }
}

/**
 * Runs a program to its end, in a process group of its own, so that an interruption ends all that it started.
 *
 * @param {string} program name or path; npm and npx work on Windows too
 * @param {string[]} args
 * @param {object} options
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {import('node:child_process').StdioOptions} [options.stdio]
 * @param {number} [options.patience] of an interruption, in ms: who has not ended then is killed
 * @param {(text: string) => void} [options.onOutput] gets standard output and error where they are pipes
 * @returns {Promise<{ code: number, leftRunning: boolean }>} code is 128 where a signal ended it;
 *   leftRunning: it ended, and something that it started had not (it has now)
 * @throws {Interrupted} on SIGINT, SIGTERM or SIGHUP, when the program and all that it started have ended
 */
export async function runProgram(
  program,
  args,
  { cwd, env, stdio = ['ignore', 'pipe', 'pipe'], patience = 5000, onOutput },
) {
  const child = spawn(program, args, {
    cwd,
    env: env ?? process.env,
    stdio,
    detached: !onWindows,
    shell: onWindows && !program.endsWith('.exe'),
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => onOutput?.(text));
  }

  /** @type {NodeJS.Signals | null} */
  let interruption = null;
  /** @param {NodeJS.Signals} signal */
  const interrupt = (signal) => {
    if (interruption !== null) return;
    interruption = signal;
    // Tests start services in groups of their own: those drain and stop their children themselves.
    const services = descendantsOf(child.pid ?? 0, listProcesses()).filter(({ command }) =>
      /\bnode\b/.test(command),
    );
    signalGroup(child.pid, 'SIGTERM');
    for (const { pid } of services) signalGroup(pid, 'SIGTERM');
  };
  for (const signal of stopSignals) process.on(signal, interrupt);
  try {
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (exitCode) => resolve(exitCode ?? 128));
    });
    const leftRunning = await endGroup(child.pid, interruption === null ? 2000 : patience);
    if (interruption !== null) throw new Interrupted(interruption);
    return { code, leftRunning };
  } finally {
    for (const signal of stopSignals) process.off(signal, interrupt);
  }
}

/**
 * @param {number | undefined} group
 * @param {NodeJS.Signals | 0} signal
 * @returns {boolean} whether any process of the group was there
 */
function signalGroup(group, signal) {
  if (group === undefined || onWindows) return false;
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Waits for the rest of a process group and kills what does not end by itself.
 *
 * @param {number | undefined} group
 * @param {number} patienceMilliseconds
 */
async function endGroup(group, patienceMilliseconds) {
  const deadline = performance.now() + patienceMilliseconds;
  while (signalGroup(group, 0)) {
    if (performance.now() > deadline) {
      signalGroup(group, 'SIGKILL');
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}
