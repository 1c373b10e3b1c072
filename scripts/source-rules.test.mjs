import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { checkManifest } from './arrows.mjs';
import { checkSource } from './source-rules.mjs';

const core = 'packages/core/src/training/train-fold.ts';
const coreTest = 'packages/core/src/training/train-fold.test.ts';
const api = 'apps/api/src/searches/create-search.ts';
const thread = 'apps/worker/src/threads/training.thread.ts';

describe('each rule reports its violation', () => {
  /** @type {[path: string, text: string, problem: string][]} */
  const violations = [
    ['packages/numeric/src/exp.ts', `import { x } from '@holdfast/contracts/states';`, 'may not import'],
    ['packages/client/src/client.ts', `import { x } from '@holdfast/core/a';`, 'may not import'],
    ['apps/web/src/main.tsx', `import { x } from '@holdfast/db/searches';`, 'may not import'],
    ['packages/newcomer/src/a.ts', `import { x } from '@holdfast/core/a';`, 'missing in the table'],
    [core, `import type { Db } from '@holdfast/db/open-database';`, 'may not import'],
    [core, `export { x } from '@holdfast/queue/open-queues';`, 'may not import'],
    [core, `const db = await import('@holdfast/db/searches');`, 'may not import'],
    [core, `const name = 'a'; await import(name);`, 'imports by name alone'],
    [core, `import { x } from '../../../numeric/src/exp.ts';`, 'leaves packages/core'],
    [coreTest, `import { x } from '../../../numeric/src/exp.ts';`, 'leaves packages/core'],
    [core, `import { x } from '../../../db/test/database.ts';`, 'leaves packages/core'],
    [core, `import { x } from './other';`, 'no .ts at its end'],
    [api, `import { PrismaClient } from '@prisma/client';`, 'only packages/db'],
    [api, `import { Pool } from 'pg';`, 'only packages/db'],
    [api, `import { Queue } from 'bullmq';`, 'only packages/queue'],
    ['apps/worker/src/worker.ts', `import fastify from 'fastify';`, 'only apps/api'],
    [api, `import { x } from '@holdfast/db/sealed-tests';`, 'only packages/db, apps/evaluator'],
    ['apps/worker/src/worker.ts', `import { x } from '@holdfast/db/sealed-tests';`, 'only packages/db'],
    ['apps/worker/src/worker.test.ts', `import { x } from '@holdfast/db/sealed-tests';`, 'only packages/db'],
    [core, `import { readFileSync } from 'node:fs';`, 'is pure'],
    [core, `import { readFileSync } from 'fs';`, 'is pure'],
    [core, 'const now = Date.now();', 'no Date'],
    [core, 'const now = new Date();', 'no Date'],
    [core, 'const threads = process.env.THREADS;', 'no process'],
    [core, `console.log('x');`, 'no console'],
    [core, 'setTimeout(f, 1);', 'no setTimeout'],
    [core, 'const t = { performance };', 'no performance'],
    [core, 'names.sort((a, b) => a.localeCompare(b));', 'depends on the machine'],
    [core, 'const x = Math.random();', 'of Math only'],
    [core, 'const x = Math.exp(1);', 'of Math only'],
    [core, 'const { log } = Math;', 'of Math only'],
    [core, `const x = Math['sin'](1);`, 'of Math only'],
    [core, 'const x = [1].map(Math.cosh);', 'of Math only'],
    [core, 'const x = 2 ** 0.5;', '** differs'],
    [core, 'let x = 2; x **= 3;', '**= differs'],
    [thread, 'const x = Math.pow(2, 3);', 'of Math only'],
    [core, '// TODO: later', 'an open end'],
    [coreTest, `vi.mock('./train-fold.ts');`, 'no mocks'],
    [coreTest, `test.skip('x', () => {});`, 'every test runs'],
    [coreTest, `describe.only('x', () => {});`, 'every test runs'],
    [coreTest, `test.todo('x');`, 'every test runs'],
    [coreTest, `it.skipIf(slow)('x', () => {});`, 'every test runs'],
    [coreTest, 'await new Promise((resolve) => setTimeout(resolve, 100));', 'a sleep'],
    [coreTest, 'await sleep(100);', 'a sleep'],
    ['tests/later/search.test.ts', `test('x', () => {});`, 'no part of'],
    [core, 'const x = ;', 'Unexpected token'],
  ];
  test.each(violations)('%s: %s', (path, text, problem) => {
    expect(checkSource(path, `\n${text}\n`)).toEqual([expect.stringContaining(problem)]);
    expect(checkSource(path, `\n${text}\n`)[0]).toMatch(`${path}:${path.includes('later') ? 1 : 2}: `);
  });
});

describe('what is allowed is not reported', () => {
  /** @type {[path: string, text: string][]} */
  const allowed = [
    [core, `import { exp } from '@holdfast/numeric/exp';`],
    [core, `import { f } from '../losses/f.ts';`],
    [core, 'const x = Math.max(1, Math.floor(2.5));'],
    [core, 'function f(performance: number) { return performance; }'],
    [core, 'const x: { process: number } = { process: 1 }; const y = x.process;'],
    [coreTest, `import { readFileSync } from 'node:fs'; const x = Math.exp(1) ** 2;`],
    [coreTest, 'while (!ready()) await new Promise((resolve) => setTimeout(resolve, 10));'],
    ['apps/api/test/service.ts', `import { x } from '../../../packages/db/test/database.ts';`],
    [api, 'const now = Date.now();'],
    [
      'apps/worker/src/worker.integration.test.ts',
      `import { x } from '@holdfast/embedded-postgres/start-postgres';`,
    ],
    ['apps/evaluator/src/evaluator.ts', `import { x } from '@holdfast/db/sealed-tests';`],
    ['packages/db/src/open-database.ts', `import { PrismaPg } from '@prisma/adapter-pg';`],
  ];
  test.each(allowed)('%s: %s', (path, text) => {
    expect(checkSource(path, text)).toEqual([]);
  });
});

describe('package.json', () => {
  test('a dependency against the arrows', () => {
    expect(checkManifest('packages/core', { dependencies: { '@holdfast/db': 'workspace:*' } })).toEqual([
      expect.stringContaining('may not import @holdfast/db'),
    ]);
  });
  test('a dependency that belongs to another package', () => {
    expect(checkManifest('apps/api', { dependencies: { bullmq: '6.7.0' } })).toEqual([
      'only packages/queue may depend on bullmq',
    ]);
  });
  test('a dependency that is not pinned', () => {
    expect(checkManifest('apps/api', { dependencies: { zod: '^4.6.7' } })).toEqual([
      'zod is not pinned: ^4.6.7',
    ]);
  });
  test('a test server as a development dependency is no problem', () => {
    const manifest = { devDependencies: { '@holdfast/embedded-postgres': 'workspace:*' } };
    expect(checkManifest('packages/db', manifest)).toEqual([]);
    expect(checkManifest('packages/db', { dependencies: manifest.devDependencies })).toHaveLength(1);
  });
});

describe('the linter', () => {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-lint-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  /** @param {string} text */
  const lint = (text) => {
    const { vcs: _, $schema: __, ...rules } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
    writeFileSync(join(folder, 'biome.json'), JSON.stringify(rules));
    writeFileSync(join(folder, 'planted.test.ts'), text);
    const args = [biome, 'lint', '--colors=off', '--error-on-warnings', '.'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    return { status, output: stdout + stderr };
  };
  test.each([
    [`export * from './a.ts';`, 'noReExportAll'],
    [`export const x: any = 1;`, 'noExplicitAny'],
    [`import { readFileSync } from 'fs';\nreadFileSync('x');`, 'useNodejsImportProtocol'],
    [`import { A } from './a.ts';\nexport type B = A;`, 'useImportType'],
    [`describe.only('x', () => {});`, 'noFocusedTests'],
    [`test.skip('x', () => {});`, 'noSkippedTests'],
  ])('%s', (text, rule) => {
    const { status, output } = lint(`${text}\n`);
    expect(output).toContain(rule);
    expect(status).not.toBe(0);
  });
  test('nothing on clean code', () => {
    expect(lint('export const x = 1;\n').status).toBe(0);
  });
});
