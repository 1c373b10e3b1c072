import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkCompose, checkDockerfile } from './compose-rules.mjs';

const root = new URL('../', import.meta.url);
const compose = readFileSync(new URL('docker-compose.yml', root), 'utf8');
const dockerfile = readFileSync(new URL('apps/worker/Dockerfile', root), 'utf8');
const known =
  'DATABASE_URL DATABASE_OWNER_URL DATABASE_API_URL DATABASE_WORKER_URL DATABASE_EVALUATOR_URL REDIS_URL HOST PORT HOLDFAST_KEY HOLDFAST_HOME HOLDFAST_THREADS HOLDFAST_ENGINE LOG_LEVEL';
const settingsOf = { api: known, worker: known, evaluator: known, migrate: known };
const repository = { exists: () => true, settingsOf };
const packageManager = 'pnpm@10.34.9';

test('the files as they are', () => {
  expect(checkCompose(compose, repository)).toEqual([]);
  expect(checkDockerfile(dockerfile, { packageManager, exists: () => true })).toEqual([]);
});

test.each([
  ['  worker:\n', '  labourer:\n', 'no service worker'],
  ['postgres:18.4-bookworm', 'postgres', 'postgres: postgres names no version'],
  ['redis: { condition: service_healthy }', 'redis: { condition: service_started }', 'to start only'],
  ['redis: { condition: service_healthy }', 'valkey: { condition: service_healthy }', 'which is not there'],
  ['redis: { condition: service_healthy }', 'worker: { condition: service_healthy }', 'has no healthcheck'],
  ['HOLDFAST_THREADS:', 'HOLDFAST_TREADS:', 'worker: knows no setting HOLDFAST_TREADS'],
  ['${HOLDFAST_KEY:?', '${HOLDFAST_KEY:-', 'api: HOLDFAST_KEY must be required'],
  ['stop_grace_period: 20s', 'tty: false', 'no time to drain'],
  ['- redis:/data', '- cache:/data', 'volume cache is not declared'],
  ['- redis:/data', '- evaluator-key:/data', `redis: must not see the evaluator's key`],
  ['  worker:\n', '  worker:\n    container_name: worker\n', 'worker: a container_name'],
  ['  worker:\n', '  worker:\n    ports: ["1:1"]\n', 'worker: a port'],
  ['DATABASE_URL: *worker', 'DATABASE_URL: *evaluator', 'worker: must log in as holdfast_worker'],
  ['${WORKER_PASSWORD:?', '${WORKER_PASSWORD:-', 'with a required WORKER_PASSWORD'],
  ['DATABASE_API_URL: *api', 'DATABASE_API_URL: *owner', 'migrate: makes another login for the api'],
  [
    'HOLDFAST_THREADS:',
    'DATABASE_OWNER_URL: x\n      HOLDFAST_THREADS:',
    'must not know the login of another',
  ],
])('docker-compose.yml with %j made %j', (before, after, problem) => {
  expect(compose).toContain(before);
  expect(
    checkCompose(
      compose.replace(before, () => after),
      repository,
    ).join('\n'),
  ).toContain(problem);
});

test('a Dockerfile that is not there', () => {
  const exists = (/** @type {string} */ path) => path !== 'apps/worker/Dockerfile';
  expect(checkCompose(compose, { exists, settingsOf })).toEqual(['worker: no apps/worker/Dockerfile']);
});

test.each([
  [/node:20\S+/g, 'node:20', 'not a pinned'],
  [/USER node/, 'USER root', 'runs as root'],
  ['pnpm@10.34.9', 'pnpm@latest', 'does not install with'],
  ['--frozen-lockfile', '', 'by the lockfile'],
  ['HEALTHCHECK', '# HEALTHCHECK', 'no HEALTHCHECK'],
  ['--no-install-recommends', '', 'recommends'],
  ['ENV NODE_ENV', 'ENV API_KEY=x NODE_ENV', 'keeps a secret'],
  ['CMD ["node", "apps', 'CMD node ["node", "apps', 'starts by a shell'],
  ['WORKDIR /holdfast', 'WORKDIR holdfast', 'depends on another'],
])('a Dockerfile with %s made %j', (before, after, problem) => {
  const changed = dockerfile.replace(before, after);
  expect(checkDockerfile(changed, { packageManager, exists: () => true }).join('\n')).toContain(problem);
});

test('a Dockerfile that starts a missing program', () => {
  expect(checkDockerfile(dockerfile, { packageManager, exists: () => false })).toEqual([
    'there is no apps/worker/dist/worker.js',
  ]);
});
