// The check of the checks: takes out one guard at a time, in a copy of this tree, and demands that a test fails each time.
// A word on the command line: those alone whose name has it.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { guards } from './guards.mjs';
import { runProgram } from './run-program.mjs';
import { root } from './set-up.mjs';

const left = new Set(['.git', 'node_modules', '.cache', '.holdfast']);
const folder = mkdtempSync(join(tmpdir(), 'holdfast-guards-'));

/** Packages' own links to each other are relative, so those of the copy lead to the copy. */
function copyTree() {
  const copy = join(folder, 'tree');
  cpSync(root, copy, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !left.has(relative(root, path)),
  });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** @param {import('./guards.mjs').Guard} guard */
function takeOut(guard) {
  const copy = copyTree();
  if (guard.sql !== undefined) {
    const migration = join(copy, 'prisma', 'migrations', '99991231235959_without_a_guard');
    mkdirSync(migration);
    writeFileSync(join(migration, 'migration.sql'), guard.sql);
  }
  for (const { file, find, replace } of guard.edits ?? []) {
    const path = join(copy, file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(find)) throw new Error(`${file} does not say any more: ${find}`);
    writeFileSync(path, text.replaceAll(find, replace));
  }
  return copy;
}

/**
 * @param {string} copy
 * @param {import('./guards.mjs').Guard} guard
 */
async function run(copy, { test, campaign }) {
  const args =
    test === undefined
      ? [join('tests', 'faults', 'bin', 'faults.js'), ...(campaign ?? [])]
      : [
          join('node_modules', 'vitest', 'vitest.mjs'),
          'run',
          '--project',
          'integration',
          test.file,
          '-t',
          test.name,
        ];
  /** @type {string[]} */
  const output = [];
  const { code } = await runProgram(process.execPath, args, {
    cwd: copy,
    stdio: ['ignore', 'pipe', 'pipe'],
    onOutput: (text) => output.push(text),
  });
  return { code, output: output.join('') };
}

/** A guard's absence must show as a failed assertion or a broken invariant, not as a test that could not run. */
const found = /AssertionError|[1-9]\d* violations?:|Property failed|Counterexample/;

/** @param {import('./guards.mjs').Guard} guard */
async function check(guard) {
  const whole = guard.test === undefined ? null : await run(copyTree(), guard);
  rmSync(join(folder, 'tree'), { recursive: true, force: true });
  if (whole !== null && whole.code !== 0)
    return `fails with the guard in its place:\n${whole.output.slice(-3000)}`;
  const broken = await run(takeOut(guard), guard);
  rmSync(join(folder, 'tree'), { recursive: true, force: true });
  if (broken.code === 0) return 'passes without it';
  return found.test(broken.output) ? null : `did not run without it:\n${broken.output.slice(-3000)}`;
}

const [word = ''] = process.argv.slice(2);
const chosen = guards.filter(({ name }) => name.includes(word));
let failures = 0;
try {
  for (const guard of chosen) {
    const failure = await check(guard);
    console.log(
      `${failure === null ? 'noticed' : 'NOT NOTICED'}  ${guard.name}${failure === null ? '' : `: ${failure}`}`,
    );
    if (failure !== null) failures += 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(
  `\n${chosen.length - failures} of ${chosen.length} guards are missed by a test when they are taken out`,
);
process.exitCode = failures === 0 ? 0 : 1;
