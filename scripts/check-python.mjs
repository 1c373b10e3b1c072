import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runProgram } from './run-program.mjs';
import { runService } from './run-service.mjs';
import { root } from './set-up.mjs';

// Python's side of the service: the file in scikit-learn's manner, a trainer of one's own with scikit-learn, and a client that
// openapi-python-client makes of /openapi.json. Ends with 69 where PyPI cannot be reached.

const unavailable = 69;
const packages = ['openapi-python-client', 'ruff', 'scikit-learn'];

const folder = mkdtempSync(join(tmpdir(), 'holdfast-python-'));
const home = join(folder, 'home');
const bin = join(folder, 'venv', process.platform === 'win32' ? 'Scripts' : 'bin');
const holdfast = join(root, 'apps', 'cli', 'bin', 'holdfast.js');

process.exitCode = await check().finally(() => rmSync(folder, { recursive: true, force: true }));

/** @returns {Promise<number>} the exit code */
async function check() {
  await run(process.argv[2] ?? 'python3', ['-m', 'venv', join(folder, 'venv')]);
  const { code } = await runProgram(join(bin, 'python'), ['-m', 'pip', 'install', '-q', ...packages], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'ignore'],
  });
  if (code !== 0) return unavailable;

  const service = await runService(process.execPath, [holdfast, 'serve', '--port', '0', '--home', home]);
  const { url } = service;
  try {
    const python = (/** @type {string[]} */ ...args) => run(join(bin, 'python'), args, { HOLDFAST_URL: url });
    await run(
      process.execPath,
      [holdfast, 'datasets', 'add', 'examples/data/iris.csv', '--name', 'iris'].concat([
        '--target',
        'species',
        '--url',
        url,
      ]),
    );
    await python('examples/python/holdfast_search.py', 'examples/data/iris.csv', 'species');
    await python('examples/external/sklearn_trainer.py');

    const document = join(folder, 'openapi.json');
    writeFileSync(document, await (await fetch(`${url}/openapi.json`)).text());
    const client = join(folder, 'client');
    await run(
      join(bin, 'openapi-python-client'),
      ['generate', '--path', document, '--output-path', client, '--fail-on-warning'],
      { PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
    );
    await run(join(bin, 'python'), ['tests/python/use_generated_client.py', url], { PYTHONPATH: client });
    return 0;
  } finally {
    await service.stop();
  }
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
async function run(program, args, env = {}) {
  console.log(`$ ${[program.replace(`${bin}/`, ''), ...args].join(' ')}`);
  const { code } = await runProgram(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`);
}
