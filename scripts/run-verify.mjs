import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { addonName, findCompiler } from '../packages/native-engine/scripts/find-compiler.mjs';
import { listProcesses } from './processes.mjs';
import { Interrupted, runProgram } from './run-program.mjs';
import { root, setUp } from './set-up.mjs';
import { findProgram } from './system-parts.mjs';

/** @type {{ title: string, run: (folder: string) => Promise<void> }[]} */
const parts = [
  { title: 'npm start in a fresh clone with an empty home, Ctrl-C, and again', run: startInFreshClone },
  {
    title: 'the npm packages in an empty folder: help, try, serve, and a program with the client',
    run: () => runCheck('scripts/check-npm.mjs'),
  },
  {
    title: 'the steps of the Dockerfiles in an empty folder, and what they run',
    run: () => runCheck('scripts/check-images.mjs'),
  },
  { title: 'the native engine gives the known bits', run: () => testNativeEngine(process.execPath) },
  { title: 'unit tests on Node 24, and the native engine there', run: testOnNode24 },
  {
    title: 'pipelines on three public tables score as those of scikit-learn do',
    run: compareWithScikitLearn,
  },
  { title: 'each guard has a test that fails without it', run: () => runScript('scripts/check-guards.mjs') },
  {
    title: '100,000 requests drawn from the OpenAPI document, none answered with 5xx',
    run: () => runScript('tests/faults/bin/fuzz.js', '--requests', '100000'),
  },
  {
    title: 'three workers in network namespaces, one cut off and joined again: the same leaderboard',
    run: () => runScript('tests/faults/bin/namespaces.js'),
  },
  {
    title: 'Python: the example, a trainer of one’s own, and a client of the OpenAPI document',
    run: usePython,
  },
  { title: 'no known vulnerability in a dependency (pnpm audit)', run: audit },
  {
    title: 'a campaign of 300 faults, the queue on Redis',
    run: () => runScript('tests/faults/bin/faults.js', '--faults', '300', '--queue', 'redis'),
  },
  {
    title: 'a soak of 15 minutes: memory and connections of every service stay',
    run: () => runScript('tests/faults/bin/faults.js', '--faults', '0', '--soak', '15'),
  },
  {
    title: 'a campaign of 100 faults, the queue on Postgres',
    run: () => runScript('tests/faults/bin/faults.js', '--faults', '100', '--queue', 'postgres'),
  },
];

/** The exit code of a script that may not do here what it would. */
const notPermitted = 3;

/** What this machine has not got the means for: said, and neither passed nor failed. */
class NotRun extends Error {}

/** Runs every part; ends with 1 where one failed. */
export async function runVerify() {
  /** @type {string[]} */
  const lines = [];
  for (const { title, run } of parts) {
    console.log(`── ${title}`);
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-verify-'));
    try {
      await run(folder);
      lines.push(`passed  ${title}`);
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      const word = error instanceof NotRun ? 'not run' : 'failed ';
      lines.push(`${word} ${title}: ${/** @type {Error} */ (error).message}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const count = (/** @type {string} */ word) => lines.filter((line) => line.startsWith(word)).length;
  const failed = count('failed');
  const notRun = count('not run') === 0 ? '' : `, ${count('not run')} not run`;
  console.log(`\n${lines.join('\n')}\n\n${count('passed')} passed, ${failed} failed${notRun}`);
  process.exit(failed === 0 ? 0 : 1);
}

/** @param {string} folder */
async function startInFreshClone(folder) {
  const clone = join(folder, 'clone');
  const home = join(folder, 'home');
  mkdirSync(home);
  await run('git', ['clone', '--quiet', root, clone], folder);
  for (const time of ['first', 'second']) {
    const seconds = await startAndStop(clone, home);
    console.log(`${time} start: leaderboard after ${seconds.toFixed(1)} s, stopped, nothing left running`);
  }
}

/**
 * `npm start`, until the leaderboard is shown; then SIGINT to the process group, as a terminal does.
 *
 * @param {string} clone
 * @param {string} home
 * @returns {Promise<number>} seconds until the leaderboard
 */
async function startAndStop(clone, home) {
  const began = performance.now();
  const { PATH, LANG } = process.env;
  const service = spawn('npm', ['start', '--', '--port', '0'], {
    cwd: clone,
    env: { PATH, LANG, HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = new Promise((resolve) => service.once('exit', (code, signal) => resolve(signal ?? code)));
  const interrupt = () => process.kill(-(service.pid ?? 0), 'SIGINT');
  let interrupted = false;
  const onInterrupt = () => {
    interrupted = true;
    interrupt();
  };
  process.once('SIGINT', onInterrupt);
  let output = '';
  try {
    const shown = await new Promise((resolve) => {
      const deadline = setTimeout(() => resolve(false), 600_000);
      for (const stream of [service.stdout, service.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
          output += stripVTControlCharacters(text);
          if (/^\s*rank\b/im.test(output) && /Serving\./.test(output)) resolve(true);
        });
      }
      void ended.then(() => resolve(false)).finally(() => clearTimeout(deadline));
    });
    const seconds = (performance.now() - began) / 1000;
    if (service.exitCode === null && service.signalCode === null) interrupt();
    const end = await ended;
    if (interrupted) throw new Interrupted('SIGINT');
    if (!shown) throw new Error(`no leaderboard; it wrote:\n${output.slice(-2000)}`);
    // npm ends by the signal itself when everything below it has ended.
    if (end !== 0 && end !== 'SIGINT') {
      throw new Error(`ended with ${end} after Ctrl-C; it wrote:\n${output.slice(-2000)}`);
    }
    const left = listProcesses().filter(({ command }) => command.includes(clone));
    if (left.length > 0) throw new Error(`still running: ${left.map(({ command }) => command).join('; ')}`);
    return seconds;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** Needs a Python with scikit-learn: HOLDFAST_PYTHON names it, else it is looked for on the path. */
async function compareWithScikitLearn() {
  const python = process.env.HOLDFAST_PYTHON || 'python3';
  const found = spawnSync(python, ['-c', 'import sklearn'], { stdio: 'ignore' });
  if (found.status !== 0) {
    throw new NotRun(`${python} has no scikit-learn; HOLDFAST_PYTHON can name one that has`);
  }
  await runScript('bench/bin/bench.js', 'scikit', '--python', python);
}

/** @param {string} folder */
async function testOnNode24(folder) {
  await setUp();
  await run('npm', ['install', '--no-save', '--prefix', folder, 'node@24'], folder);
  const node = join(folder, 'node_modules', 'node', 'bin', 'node');
  await run(node, ['--version'], root);
  await run(node, [...vitest, '--project', 'unit'], root);
  if (findCompiler() !== null) await testNativeEngine(node);
}

const vitest = [join('node_modules', 'vitest', 'vitest.mjs'), 'run'];

/**
 * The engine suite, the fixed hashes and some hundreds of random trainings against the reference engine, on each set of
 * registers that the processor has.
 *
 * @param {string} node
 */
async function testNativeEngine(node) {
  if (findCompiler() === null) throw new NotRun('no compiler, or not a platform of the native engine');
  await setUp();
  if (!existsSync(join(root, 'packages', 'native-engine', 'dist', 'addon', addonName)))
    throw new Error('it was not built; the reason is in .cache/set-up.log');
  await run(node, [...vitest, '--project', 'native'], root);
}

async function usePython() {
  const python = findProgram(['python3', 'python']);
  if (python === null) throw new NotRun('there is no Python');
  await setUp();
  const { code } = await runProgram(process.execPath, ['scripts/check-python.mjs', python], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (code === 69) throw new NotRun('the packages that it needs cannot be had from PyPI');
  if (code !== 0) throw new Error('see above');
}

/** Asks the registry, which not every registry answers. */
async function audit() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  let output = '';
  const { code } = await runProgram('npx', ['-y', packageManager, 'audit'], {
    cwd: root,
    onOutput: (text) => {
      output += text;
    },
  });
  console.log(output);
  if (/ERR_PNPM_AUDIT|responded with \d+|fetch failed|ENOTFOUND/.test(output))
    throw new NotRun('the registry does not answer audits');
  if (code !== 0) throw new Error('see above; what is borne for a reason stands in SECURITY.md');
}

/**
 * @param {string} script
 * @param {string[]} args
 */
async function runScript(script, ...args) {
  if (findProgram(['redis-server']) === null) throw new NotRun('redis-server is missing');
  await runCheck(script, ...args);
}

/**
 * @param {string} script
 * @param {string[]} args
 */
async function runCheck(script, ...args) {
  await setUp();
  const { code } = await runProgram(process.execPath, [script, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (code === notPermitted) throw new NotRun('this machine does not permit it; see above');
  if (code !== 0) throw new Error(`${script} ${args.join(' ')} ended with ${code}`);
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {string} cwd
 */
async function run(program, args, cwd) {
  const { code } = await runProgram(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`);
}
