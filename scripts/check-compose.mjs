import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkCompose, checkDockerfile } from './compose-rules.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (/** @type {string} */ path) => readFileSync(join(root, path), 'utf8');

/** @param {string} folder */
function sourcesOf(folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => read(join(folder, name)))
    .join('\n');
}

const exists = (/** @type {string} */ path) => {
  try {
    read(path);
    return true;
  } catch {
    return false;
  }
};
const { packageManager } = JSON.parse(read('package.json'));
const problems = [
  ...checkCompose(read('docker-compose.yml'), {
    exists,
    settingsOf: {
      api: sourcesOf('apps/api/src'),
      worker: sourcesOf('apps/worker/src'),
      evaluator: sourcesOf('apps/evaluator/src'),
      migrate: sourcesOf('apps/cli/src/migrate'),
    },
  }),
  ...['api', 'worker', 'evaluator'].flatMap((app) => {
    const path = `apps/${app}/Dockerfile`;
    return checkDockerfile(read(path), { packageManager, exists }).map((problem) => `${path}: ${problem}`);
  }),
];
for (const problem of problems) console.error(problem);
console.log(`docker-compose.yml and 3 Dockerfiles, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
