// What the Dockerfiles do, without Docker: each build stage in an empty folder with an empty home, from the files that .dockerignore
// lets through, and then its command, which must come as far as to ask for its database.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readDockerfile, readDockerignore } from './read-dockerfile.mjs';
import { runProgram } from './run-program.mjs';
import { root } from './set-up.mjs';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-images-'));
const { PATH, LANG } = process.env;
const env = { PATH, LANG, HOME: join(folder, 'home') };

try {
  mkdirSync(env.HOME);
  /** @type {Map<string, string>} folders in which these commands have been run, by the commands */
  const done = new Map([['', await copyContext()]]);
  for (const app of ['api', 'worker', 'evaluator']) {
    const { build, command } = readDockerfile(readFileSync(join(root, `apps/${app}/Dockerfile`), 'utf8'));
    let steps = '';
    for (const step of build.filter((line) => !line.includes('apt-get'))) {
      const before = /** @type {string} */ (done.get(steps));
      steps += `${step}\n`;
      if (done.has(steps)) continue;
      const after = join(folder, `stage-${done.size}`);
      // Hard links: thousands of files that the steps replace or remove, and never write into.
      await run('cp', ['-al', before, after], folder);
      console.log(`$ ${step}`);
      await run('sh', ['-c', step], after);
      done.set(steps, after);
    }
    const image = /** @type {string} */ (done.get(steps));
    const { output } = await run('du', ['-sm', image], folder);
    await refusesWithoutDatabase(command, image);
    if (app === 'api') await refusesWithoutDatabase(['node', 'apps/cli/bin/holdfast.js', 'migrate'], image);
    console.log(`${app}: ${output.split('\t')[0]} MiB beside Node`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @returns {Promise<string>} a folder with what `COPY . .` copies of a clone */
async function copyContext() {
  const context = join(folder, 'context');
  const isIgnored = readDockerignore(readFileSync(join(root, '.dockerignore'), 'utf8'));
  const { output } = await run('git', ['ls-files', '-z'], root);
  for (const file of output.split('\0').filter((name) => name !== '' && !isIgnored(name))) {
    mkdirSync(join(context, dirname(file)), { recursive: true });
    cpSync(join(root, file), join(context, file));
  }
  return context;
}

/**
 * @param {string[]} command
 * @param {string} cwd
 */
async function refusesWithoutDatabase([program = '', ...args], cwd) {
  let output = '';
  const { code } = await runProgram(program, args, {
    cwd,
    env: { ...env, NODE_ENV: 'production' },
    onOutput: (text) => {
      output += text;
    },
  });
  if (code !== 0 && output.includes('DATABASE_')) return;
  throw new Error(
    `${[program, ...args].join(' ')} ended with ${code}, and did not ask for its database:\n${output}`,
  );
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {string} cwd
 */
async function run(program, args, cwd) {
  let output = '';
  const { code } = await runProgram(program, args, {
    cwd,
    env,
    onOutput: (text) => {
      output += text;
    },
  });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${output.slice(-4000)}`);
  return { output };
}
