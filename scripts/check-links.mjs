import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrokenLinks } from './links.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * @param {string} folder
 * @returns {string[]} Markdown files in the folder and below
 */
function documentsBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.')) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return documentsBelow(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

const documents = documentsBelow(root);
const read = (/** @type {string} */ path) => {
  try {
    return statSync(path).isDirectory() ? '' : readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};
const broken = documents.flatMap((path) =>
  findBrokenLinks(path, readFileSync(path, 'utf8'), read).map(
    (problem) => `${relative(root, path)}:${problem}`,
  ),
);
for (const problem of broken) console.error(problem);
console.log(`${documents.length} documents, ${broken.length} broken links`);
process.exit(broken.length === 0 ? 0 : 1);
