// The npm packages as a user has them: installed from their files into an empty folder, with an empty home and no clone in sight.
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './run-program.mjs';
import { runService } from './run-service.mjs';
import { root } from './set-up.mjs';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-npm-'));
const { PATH, LANG } = process.env;
const env = { PATH, LANG, HOME: join(folder, 'home') };
const project = join(folder, 'project');

const program = `
import { openAsBlob } from 'node:fs';
import { HoldfastClient } from '@holdfast/client/holdfast-client';

const client = new HoldfastClient({ url: process.env.HOLDFAST_URL });
await client.uploadDataset({ name: 'iris', target: 'species' }, await openAsBlob('iris.csv'));
const search = await client.submitSearch({ dataset: 'iris', space: { learningRate: [0.01, 0.1], epochs: 5 } });
const { status } = await search.waitUntilFinished();
for await (const { rank, trial, score } of search.items()) console.log(status, rank, trial, score.mean);
`;

try {
  await check();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function check() {
  await run(process.execPath, ['scripts/pack-npm.mjs'], { cwd: root, env: process.env });
  const packed = join(root, '.cache', 'npm');
  const files = readdirSync(packed).filter((name) => name.endsWith('.tgz'));
  for (const made of ['home', 'project']) mkdirSync(join(folder, made));
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
  copyFileSync(join(root, 'examples/data/iris.csv'), join(project, 'iris.csv'));
  writeFileSync(join(project, 'search.mjs'), program);
  await run('npm', ['install', '--no-audit', '--no-fund', ...files.map((name) => join(packed, name))]);

  const holdfast = (/** @type {string[]} */ ...args) => run('npx', ['--no-install', 'holdfast', ...args]);
  await holdfast('--help');
  await holdfast('try', 'iris.csv', '--target', 'species', '--trials', '4', '--epochs', '5');
  if (!readFileSync(join(project, 'holdfast-report.html'), 'utf8').includes('30 test rows are locked'))
    throw new Error('The report is not of the file.');

  const service = await runService('npx', ['--no-install', 'holdfast', 'serve', '--port', '0'], {
    cwd: project,
    env,
  });
  try {
    await run(process.execPath, ['search.mjs'], { env: { ...env, HOLDFAST_URL: service.url } });
    await holdfast('--url', service.url, 'leaderboard');
    await holdfast('--url', service.url, 'doctor');
    for (const page of ['/', '/docs', '/docs/cli', '/openapi.json']) {
      const { ok, status } = await fetch(service.url + page);
      if (!ok) throw new Error(`${page} is answered with ${status}`);
    }
  } finally {
    const code = await service.stop();
    console.log(`Stopped, with ${code}.`);
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 */
async function run(command, args, options = {}) {
  console.log(`$ ${[command, ...args].join(' ')}`);
  const { code } = await runProgram(command, args, {
    cwd: project,
    env,
    ...options,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
}
