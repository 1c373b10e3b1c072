import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/**
 * What a set-up step was last done for: a digest over the files that it depends on, kept in a file. Content and not
 * times, since a clone or a checkout gives every file a new time.
 *
 * @param {string} root
 * @param {string} stampPath
 * @param {string[]} inputs files and folders below root; a missing one counts as such
 * @param {string} [more] anything else that it depends on
 */
export function openStamp(root, stampPath, inputs, more = '') {
  const digest = () => digestOf(root, inputs, more);
  return {
    isCurrent: () => existsSync(stampPath) && readFileSync(stampPath, 'utf8') === digest(),
    // Taken anew: the step itself may have written some of the files.
    write: () => writeFileSync(stampPath, digest()),
  };
}

/**
 * @param {string} root
 * @param {string[]} inputs
 * @param {string} more
 */
function digestOf(root, inputs, more) {
  const hash = createHash('sha256').update(more);
  for (const path of inputs.flatMap((input) => filesBelow(join(root, input))).sort()) {
    const content = existsSync(path) ? readFileSync(path) : Buffer.from('absent');
    hash.update(`\n${relative(root, path).split(sep).join('/')} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

const notSources = new Set(['node_modules', 'dist', 'generated', '.git']);

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesBelow(path) {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => !notSources.has(name))
    .flatMap((name) => filesBelow(join(path, name)));
}
