import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildNativeEngine } from './native-engine.mjs';
import { Interrupted, stopSignals } from './run-program.mjs';
import { openStamp } from './stamp.mjs';
import { openSteps, StepFailed, showProgress } from './step.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs the set-up; where it fails, says so and ends the process. */
export async function setUpOrExit() {
  try {
    await setUp();
  } catch (error) {
    exitWith(error);
  }
}

/**
 * @param {unknown} error
 * @returns {never}
 */
export function exitWith(error) {
  if (error instanceof Interrupted) process.exit(error.exitCode);
  console.error(error instanceof StepFailed ? error.message : error);
  process.exit(1);
}

/**
 * Brings a clone to where it can run: packages, database client, compiled code, web pages. What is up to date is left
 * alone, and then no network is needed.
 *
 * @throws {StepFailed} with the end of the step's output and the way out
 * @throws {Interrupted} when all that it started has ended
 */
export async function setUp() {
  checkFolder();
  // Between two steps nobody else listens.
  /** @type {NodeJS.Signals | undefined} */
  let asked;
  const stop = (/** @type {NodeJS.Signals} */ signal) => {
    asked ??= signal;
  };
  const goOn = () => {
    if (asked) throw new Interrupted(asked);
  };
  for (const signal of stopSignals) process.on(signal, stop);
  try {
    const endTurn = await takeTurn(goOn);
    try {
      // The commands of a clone look for it: what was stopped half-way is not to be run.
      writeFileSync(unfinished, '');
      await runSteps(goOn);
      rmSync(unfinished, { force: true });
    } finally {
      endTurn();
    }
  } catch (error) {
    if (error instanceof Interrupted)
      console.error('The set-up was stopped; the next command goes on with it.');
    throw error;
  } finally {
    for (const signal of stopSignals) process.off(signal, stop);
  }
}

const unfinished = join(root, '.cache', 'set-up.unfinished');

/** @param {() => void} goOn throws where it is not to */
async function runSteps(goOn) {
  const step = openSteps(join(root, '.cache', 'set-up.log'));
  /** @type {typeof step} */
  const runStep = async (title, options) => {
    goOn();
    return step(title, options);
  };

  const packages = openStamp(
    root,
    join(root, 'node_modules', '.holdfast-packages'),
    [
      'pnpm-lock.yaml',
      'pnpm-workspace.yaml',
      'package.json',
      'bench/package.json',
      ...workspaceFiles('package.json'),
    ],
    `${process.platform} ${process.arch}`,
  );
  if (!packages.isCurrent()) {
    console.log('Setting up Holdfast. The first time takes a minute or two.');
    const [program, args] = choosePnpm();
    await runStep('Installing packages', {
      program,
      args: [...args, 'install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only'],
      cwd: root,
      env: installEnvironment(),
      wayOut:
        'Is the package registry reached (https://registry.npmjs.org, or the one of your .npmrc)? Then try again.',
    });
    packages.write();
  }

  const client = openStamp(root, join(root, 'node_modules', '.holdfast-database-client'), [
    'prisma/schema.prisma',
    'prisma.config.ts',
    'packages/db/package.json',
    'pnpm-lock.yaml',
  ]);
  if (!existsSync(generatedClient()) || !client.isCurrent()) {
    await runStep('Generating the database client', {
      program: process.execPath,
      args: [join('packages', 'db', 'node_modules', 'prisma', 'build', 'index.js'), 'generate'],
      cwd: root,
      // Asks nobody whether there is a newer Prisma.
      env: { ...process.env, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
      wayOut: 'The tables are described in prisma/schema.prisma.',
    });
    client.write();
  }

  const kernels = openStamp(root, join(root, 'node_modules', '.holdfast-kernels'), [
    'packages/core/src/kernels/assembly',
    'scripts/build-kernels.mjs',
    'pnpm-lock.yaml',
  ]);
  if (
    !existsSync(join(root, 'packages', 'core', 'src', 'kernels', 'generated', 'kernels.ts')) ||
    !kernels.isCurrent()
  ) {
    await runStep('Building the kernels', {
      program: process.execPath,
      args: [join('scripts', 'build-kernels.mjs')],
      cwd: root,
      wayOut: 'The kernels stand in packages/core/src/kernels/assembly; the lines above name file and line.',
    });
    kernels.write();
  }

  await runStep('Compiling', {
    program: process.execPath,
    args: [join('node_modules', 'typescript', 'bin', 'tsc'), '-b'],
    cwd: root,
    wayOut: 'The lines above name file and line. In an unchanged clone: remove node_modules and try again.',
  });

  await buildNativeEngine(root, runStep);

  const pages = openStamp(root, join(root, 'node_modules', '.holdfast-web'), [
    'apps/web',
    'packages/client/src',
    'packages/contracts/src',
    'pnpm-lock.yaml',
  ]);
  if (!existsSync(join(root, 'apps', 'web', 'dist', 'index.html')) || !pages.isCurrent()) {
    await runStep('Building the web pages', {
      program: process.execPath,
      args: [join('node_modules', 'vite', 'bin', 'vite.js'), 'build'],
      cwd: join(root, 'apps', 'web'),
      wayOut: 'The web pages stand in apps/web.',
    });
    pages.write();
  }

  const docs = openStamp(root, join(root, 'node_modules', '.holdfast-docs'), [
    'docs',
    'examples/README.md',
    'README.md',
    'SECURITY.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'scripts/build-docs.mjs',
    'scripts/docs',
    'scripts/links.mjs',
    'pnpm-lock.yaml',
  ]);
  if (!existsSync(join(root, 'docs', 'dist', 'index.html')) || !docs.isCurrent()) {
    await runStep('Building the documentation', {
      program: process.execPath,
      args: [join('scripts', 'build-docs.mjs')],
      cwd: root,
      wayOut: 'The documents stand in docs; scripts/build-docs.mjs renders them.',
    });
    docs.write();
  }
  goOn();
}

function checkFolder() {
  const folders = [root, join(root, 'node_modules'), join(root, '.cache')].filter((folder) =>
    existsSync(folder),
  );
  for (const folder of folders) {
    try {
      accessSync(folder, constants.W_OK);
    } catch {
      throw new StepFailed(
        `Holdfast cannot write to ${folder}. Run it as the user that owns the folder, or from a clone of your own.`,
      );
    }
  }
  mkdirSync(join(root, '.cache'), { recursive: true });
}

/**
 * Two set-ups of one folder at once would spoil it: the second waits for the first.
 *
 * @param {() => void} goOn throws where it is not to
 * @returns {Promise<() => void>} ends the turn
 */
async function takeTurn(goOn) {
  const holder = join(root, '.cache', 'set-up.pid');
  const line = showProgress('Waiting for another set-up of this folder');
  try {
    while (!take(holder)) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      goOn();
    }
    line.end();
  } catch (error) {
    line.end('stopped');
    throw error;
  }
  const endTurn = () => rmSync(holder, { force: true });
  process.once('exit', endTurn);
  return () => {
    process.off('exit', endTurn);
    endTurn();
  };
}

/**
 * @param {string} holder
 * @returns {boolean} whether it is this process's turn
 */
function take(holder) {
  try {
    writeFileSync(holder, `${process.pid}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
  if (isRunning(Number(readFileSync(holder, 'utf8')))) return false;
  rmSync(holder, { force: true });
  return take(holder);
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** @param {string} name */
function workspaceFiles(name) {
  return ['apps', 'packages'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((member) => `${folder}/${member}/${name}`),
  );
}

/** @returns {[program: string, args: string[]]} the exact pnpm that the lockfile was made with */
function choosePnpm() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const version = packageManager.split('@')[1];
  const found = spawnSync('pnpm', ['--version'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 20_000,
    shell: process.platform === 'win32',
    // Corepack's pnpm would ask at the terminal, another pnpm would fetch the wanted one: neither is wanted here.
    env: {
      ...process.env,
      COREPACK_ENABLE_NETWORK: '0',
      npm_config_manage_package_manager_versions: 'false',
    },
  });
  return found.stdout?.trim() === version ? ['pnpm', []] : ['npx', ['-y', `pnpm@${version}`]];
}

function installEnvironment() {
  // CI: no questions. NODE_ENV=production would leave the compiler out.
  const { NODE_ENV: _, ...environment } = process.env;
  return { ...environment, CI: 'true' };
}

/** @returns {string} where schema.prisma has the client written to */
function generatedClient() {
  const schema = join(root, 'prisma', 'schema.prisma');
  const output = /^\s*output\s*=\s*"([^"]+)"/m.exec(readFileSync(schema, 'utf8'))?.[1];
  if (output === undefined) throw new Error(`No output folder in ${schema}`);
  return resolve(dirname(schema), output);
}
