import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { listProcesses, strayProcesses } from './processes.mjs';
import { runProgram } from './run-program.mjs';
import { exitWith, root, setUp } from './set-up.mjs';
import { openSteps, StepFailed } from './step.mjs';
import { chromiumNames, findProgram, setUpSystemParts } from './system-parts.mjs';
import { parts } from './test-parts.mjs';

/**
 * @typedef {object} Outcome
 * @property {string} title
 * @property {'passed' | 'failed' | 'not run'} status
 * @property {number} passed tests, or 1 for a check
 * @property {number} failed
 * @property {number} [seconds]
 * @property {string} [note]
 */

const cache = join(root, '.cache');

/**
 * Runs the parts one after the other, also after a failed one; the last line is `N passed, N failed`. Anything that
 * was not run, or was skipped inside, counts as failed.
 *
 * @param {string[]} args
 */
export async function runTests(args) {
  try {
    const chosen = choose(args);
    const outcomes = await runParts(chosen);
    const failed = report(outcomes, chosen);
    process.exit(failed === 0 ? 0 : 1);
  } catch (error) {
    exitWith(error);
  }
}

/** @param {string[]} args */
function choose(args) {
  const ids = parts.map((part) => part.id);
  /** @type {string[]} */
  let wanted;
  try {
    const { only } = parseArgs({ args, options: { only: { type: 'string' } } }).values;
    wanted = only === undefined ? ids : only.split(',');
  } catch (error) {
    throw new StepFailed(
      `${/** @type {Error} */ (error).message}\nUsage: npm test -- [--only ${ids.join(',')}]`,
    );
  }
  const unknown = wanted.filter((id) => !ids.includes(id));
  if (unknown.length > 0)
    throw new StepFailed(`No such part: ${unknown.join(', ')}. Parts: ${ids.join(', ')}`);
  return parts.filter((part) => wanted.includes(part.id));
}

/** @param {import('./test-parts.mjs').Part[]} chosen */
async function runParts(chosen) {
  /** @type {Outcome[]} */
  const outcomes = [];
  const setUpFailed = await failureOf(setUp);
  if (setUpFailed !== null) {
    console.error(setUpFailed);
    outcomes.push({ title: 'set-up', status: 'failed', passed: 0, failed: 1 });
  }
  if (chosen.some((part) => part.system !== undefined)) {
    const steps = openSteps(join(cache, 'system-parts.log'));
    const failure = await failureOf(async () => {
      for (const line of await setUpSystemParts(steps)) console.error(line);
    });
    if (failure !== null) console.error(failure);
  }
  for (const part of chosen) {
    const outcome = await runPart(part, setUpFailed === null);
    console.log(`── ${part.title}: ${describe(outcome)}`);
    outcomes.push(outcome);
  }
  return outcomes;
}

/**
 * @param {() => Promise<unknown>} action
 * @returns {Promise<string | null>}
 */
async function failureOf(action) {
  try {
    await action();
    return null;
  } catch (error) {
    if (error instanceof StepFailed) return error.message;
    throw error;
  }
}

/**
 * @param {import('./test-parts.mjs').Part} part
 * @param {boolean} isSetUp
 * @returns {Promise<Outcome>}
 */
async function runPart(part, isSetUp) {
  /** @returns {Outcome} */
  const notRun = (/** @type {string} */ note) => ({
    title: part.title,
    status: 'not run',
    passed: 0,
    failed: 1,
    note,
  });
  if (part.compiled && !isSetUp) return notRun('the set-up failed');
  if (part.system !== undefined) {
    const names = part.system === 'chromium' ? chromiumNames : [part.system];
    if (findProgram(names) === null) return notRun(`${part.system} is missing`);
  }
  console.log(`\n── ${part.title}`);
  const began = performance.now();
  const counts =
    part.vitest === undefined ? await runCommands(part.commands ?? []) : await runVitest(part.vitest);
  const seconds = (performance.now() - began) / 1000;
  return { title: part.title, status: counts.failed === 0 ? 'passed' : 'failed', ...counts, seconds };
}

/** @param {string[]} args */
async function runNode(args) {
  return runProgram(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** @param {string[][]} commands */
async function runCommands(commands) {
  let failed = 0;
  for (const command of commands) {
    const { code } = await runNode(command);
    if (code !== 0) failed = 1;
  }
  return { passed: 1 - failed, failed };
}

/** @param {string} project */
async function runVitest(project) {
  const reportPath = join(cache, 'tests', `${project}.json`);
  mkdirSync(join(cache, 'tests'), { recursive: true });
  rmSync(reportPath, { force: true });
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`];
  const before = listProcesses();
  const { code, leftRunning } = await runNode([vitest, 'run', '--project', project, ...reporters]);
  const strays = strayProcesses(before, root);
  for (const { pid, command } of strays) console.error(`Still running: ${pid} ${command}`);
  const counted = existsSync(reportPath) ? JSON.parse(readFileSync(reportPath, 'utf8')) : null;
  const passed = counted?.numPassedTests ?? 0;
  const skipped = counted === null ? 0 : counted.numTotalTests - passed - counted.numFailedTests;
  /** @type {[boolean, string][]} */
  const troubles = [
    [counted === null, 'no report'],
    [passed === 0, 'no test passed'],
    [skipped > 0, `${skipped} skipped`],
    [leftRunning || strays.length > 0, 'left a process running'],
    [code !== 0 && !(counted?.numFailedTests > 0), `Vitest ended with ${code}`],
  ];
  const notes = troubles.filter(([applies]) => applies).map(([, text]) => text);
  return {
    passed,
    failed: (counted?.numFailedTests ?? 0) + (notes.length > 0 ? 1 : 0),
    ...(notes.length > 0 && { note: notes.join(', ') }),
  };
}

/** @param {Outcome} outcome */
function describe({ status, passed, failed, seconds, note }) {
  const counts = passed + failed > 1 ? `${passed} passed, ${failed} failed` : '';
  const time = seconds === undefined ? '' : `${seconds.toFixed(1)} s`;
  return [status, time, counts, note].filter((text) => text !== undefined && text !== '').join(' · ');
}

/**
 * @param {Outcome[]} outcomes
 * @param {import('./test-parts.mjs').Part[]} chosen
 * @returns {number} how many failed
 */
function report(outcomes, chosen) {
  const width = Math.max(...outcomes.map((outcome) => outcome.title.length));
  console.log('');
  for (const outcome of outcomes) console.log(`${outcome.title.padEnd(width)}  ${describe(outcome)}`);
  const left = parts.filter((part) => !chosen.includes(part)).map((part) => part.id);
  if (left.length > 0) console.log(`\nOnly a part of the tests. Not run: ${left.join(', ')}`);
  const sum = (/** @type {'passed' | 'failed'} */ key) =>
    outcomes.reduce((total, outcome) => total + outcome[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed');
}
