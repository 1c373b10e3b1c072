import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

let clone: string;

/** A clone whose set-up and command only say that they ran. */
beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'holdfast-clone-'));
  const bin = join(clone, 'apps', 'cli', 'bin');
  for (const folder of [
    bin,
    join(clone, 'apps', 'cli', 'dist'),
    join(clone, 'scripts'),
    join(clone, '.cache'),
  ])
    mkdirSync(folder, { recursive: true });
  writeFileSync(join(clone, 'package.json'), '{ "type": "module" }');
  cpSync(fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url)), join(bin, 'holdfast.js'));
  writeFileSync(
    join(clone, 'scripts', 'build.mjs'),
    `import { writeFileSync } from 'node:fs';
console.log('set up');
writeFileSync('${join(clone, 'apps', 'cli', 'dist', 'holdfast.js').replaceAll('\\', '/')}', 'console.log("ran")');`,
  );
});

afterEach(() => rmSync(clone, { recursive: true, force: true }));

function run() {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(clone, 'apps', 'cli', 'bin', 'holdfast.js')],
    { encoding: 'utf8' },
  );
  return { stdout, stderr, status };
}

test('a command in a fresh clone sets it up first, beside its own output, and then runs', () => {
  expect(run()).toEqual({ stdout: 'ran\n', stderr: 'set up\n', status: 0 });
  expect(run()).toEqual({ stdout: 'ran\n', stderr: '', status: 0 });
});

test('a command goes on with a set-up that was stopped half-way', () => {
  run();
  writeFileSync(join(clone, '.cache', 'set-up.unfinished'), '');
  expect(run()).toEqual({ stdout: 'ran\n', stderr: 'set up\n', status: 0 });
});

test('a command does not run where the set-up failed', () => {
  writeFileSync(join(clone, 'scripts', 'build.mjs'), 'console.error("no room"); process.exit(1);');
  expect(run()).toEqual({ stdout: '', stderr: 'no room\n', status: 1 });
});
