import { join } from 'node:path';

/**
 * @typedef {object} Part
 * @property {string} id for --only
 * @property {string} title
 * @property {[script: string, ...args: string[]][]} [commands] run by this Node; each must end with 0
 * @property {string} [vitest] or: the Vitest project whose tests it runs
 * @property {boolean} [compiled] needs the set-up
 * @property {'redis-server' | 'chromium'} [system] needs this program
 */

/** @param {string[]} path below node_modules */
const tool = (...path) => join('node_modules', ...path);
const tsc = tool('typescript', 'bin', 'tsc');

// Biome colors its output also where nobody sees it.
const colors = process.stdout.isTTY ? [] : ['--colors=off'];

/** @type {Part[]} in order: what fails fastest comes first */
export const parts = [
  {
    id: 'format',
    title: 'format and lint',
    commands: [[tool('@biomejs', 'biome', 'bin', 'biome'), 'ci', '--error-on-warnings', ...colors]],
  },
  { id: 'arrows', title: 'arrows and sources', commands: [['scripts/check-arrows.mjs']] },
  { id: 'compose', title: 'docker-compose.yml', commands: [['scripts/check-compose.mjs']] },
  { id: 'links', title: 'links in the docs', commands: [['scripts/check-links.mjs']] },
  {
    id: 'types',
    title: 'types',
    compiled: true,
    commands: [
      [tsc, '-b', '.', 'apps/web'],
      [tsc, '-p', 'tsconfig.test.json'],
    ],
  },
  {
    id: 'unused',
    title: 'unused code',
    commands: [[tool('knip', 'bin', 'knip.js'), '--no-progress', '--no-config-hints']],
  },
  { id: 'unit', title: 'unit tests', compiled: true, vitest: 'unit' },
  {
    id: 'integration',
    title: 'integration tests',
    compiled: true,
    vitest: 'integration',
    system: 'redis-server',
  },
  { id: 'e2e-embedded', title: 'end to end, embedded', compiled: true, vitest: 'e2e-embedded' },
  {
    id: 'e2e-distributed',
    title: 'end to end, Redis and Postgres',
    compiled: true,
    vitest: 'e2e-distributed',
    system: 'redis-server',
  },
  { id: 'browser', title: 'browser test', compiled: true, vitest: 'browser', system: 'chromium' },
];
