import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Interrupted, runProgram, stopSignals } from './run-program.mjs';

/** A step that failed; the message is for the person at the terminal. */
export class StepFailed extends Error {}

const quietSeconds = 2;
const tailLines = 25;

/**
 * Steps that write their output to a log file and, where they take longer than two seconds, one line to the terminal.
 *
 * @param {string} logPath
 */
export function openSteps(logPath) {
  mkdirSync(dirname(logPath), { recursive: true });
  rmSync(logPath, { force: true });

  /**
   * @param {string} title
   * @param {{ program: string, args: string[], cwd: string, env?: NodeJS.ProcessEnv, wayOut: string }} step
   */
  return async function runStep(title, { program, args, cwd, env, wayOut }) {
    appendFileSync(logPath, `\n== ${title}: ${[program, ...args].join(' ')}\n`);
    const line = showProgress(title);
    const onOutput = (/** @type {string} */ text) => appendFileSync(logPath, text);
    for (const signal of stopSignals) process.on(signal, line.stopping);
    try {
      const { code } = await runProgram(program, args, {
        cwd,
        ...(env && { env }),
        patience: 1000,
        onOutput,
      });
      if (code === 0) return line.end();
      line.end('failed');
    } catch (error) {
      line.end(error instanceof Interrupted ? 'stopped' : 'failed');
      if (error instanceof Interrupted) throw error;
      appendFileSync(logPath, `${error}\n`);
    } finally {
      for (const signal of stopSignals) process.off(signal, line.stopping);
    }
    const tail = readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-tailLines);
    throw new StepFailed(
      `${title} failed.\n\n${tail.join('\n')}\n\n${wayOut}\nThe whole output is in ${logPath}`,
    );
  };
}

/**
 * One line for what takes longer than two seconds, with the seconds.
 *
 * @param {string} title
 */
export function showProgress(title) {
  const began = performance.now();
  const seconds = () => `${Math.round((performance.now() - began) / 1000)} s`;
  const terminal = process.stdout.isTTY;
  let shown = false;
  let now = '';
  const show = () => {
    if (now === '' && performance.now() - began < quietSeconds * 1000) return;
    if (terminal) process.stdout.write(`\r  ${title} … ${now || seconds()}\x1b[K`);
    else if (!shown) process.stdout.write(`  ${title} …`);
    shown = true;
  };
  const timer = setInterval(show, 500);
  const end = (word = seconds()) => {
    clearInterval(timer);
    if (shown) process.stdout.write(terminal ? `\r  ${title}: ${word}\x1b[K\n` : ` ${word}\n`);
  };
  /** Asked to, which may take its time. */
  const stopping = () => {
    now = 'stopping';
    show();
  };
  return { end, stopping };
}
