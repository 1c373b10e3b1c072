// `npm run pack`: the npm packages of this version, as they are published, in .cache/npm.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describePackage, filesOf, npmPackages, publishedText } from './npm-packages.mjs';
import { runProgram } from './run-program.mjs';
import { exitWith, root, setUp } from './set-up.mjs';

const target = join(root, '.cache', 'npm');

/** @param {import('./npm-packages.mjs').NpmPackage} npmPackage */
async function pack(npmPackage) {
  const { name, member, bin } = npmPackage;
  const folder = join(target, name.replace('@', '').replace('/', '-'));
  const write = (/** @type {string} */ path, /** @type {string} */ text) =>
    writeFileSync(join(folder, path), text);
  for (const file of filesOf(root, npmPackage)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    if (/\/dist\/.*\.(js|d\.ts)$/.test(file) && !file.startsWith('apps/web/')) {
      write(file, publishedText(readFileSync(join(root, file), 'utf8'), npmPackage));
    } else copyFileSync(join(root, file), join(folder, file));
  }
  if (bin !== undefined) chmodSync(join(folder, bin), 0o755);
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  copyFileSync(join(root, member, 'README.md'), join(folder, 'README.md'));
  write('package.json', `${JSON.stringify(describePackage(root, npmPackage), null, 2)}\n`);
  let output = '';
  const { code } = await runProgram('npm', ['pack', '--json', '--pack-destination', target], {
    cwd: folder,
    onOutput: (text) => {
      output += text;
    },
  });
  if (code !== 0) throw new Error(output);
  const [{ filename, size, unpackedSize, entryCount }] = JSON.parse(output.slice(output.indexOf('[')));
  const mib = (/** @type {number} */ bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  console.log(
    `${join('.cache', 'npm', filename)}: ${mib(size)}, ${mib(unpackedSize)} in ${entryCount} files`,
  );
}

try {
  await setUp();
  rmSync(target, { recursive: true, force: true });
  for (const npmPackage of npmPackages) await pack(npmPackage);
} catch (error) {
  exitWith(error);
}
