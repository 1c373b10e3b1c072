import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { arrows, checkManifest } from './arrows.mjs';
import { checkSource } from './source-rules.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const notOurs = new Set(['node_modules', 'dist', 'generated', 'fixtures']);

/**
 * @param {string} folder from the root, with slashes
 * @returns {string[]} TypeScript and JavaScript sources below it
 */
function sourcesBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return notOurs.has(entry.name) || entry.name.startsWith('.') ? [] : sourcesBelow(path);
    return /\.(ts|tsx|mjs|js)$/.test(entry.name) ? [path] : [];
  });
}

const sources = ['apps', 'packages', 'scripts', 'tests', 'bench', 'examples'].flatMap(sourcesBelow);
const members = ['apps', 'packages'].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
);
const problems = [
  ...sources.flatMap((path) => checkSource(path, readFileSync(join(root, path), 'utf8'))),
  ...members.flatMap((member) =>
    checkManifest(member, JSON.parse(readFileSync(join(root, member, 'package.json'), 'utf8'))).map(
      (problem) => `${member}/package.json: ${problem}`,
    ),
  ),
  ...Object.keys(arrows)
    .filter((name) => !members.includes(name))
    .map((name) => `scripts/arrows.mjs: there is no ${name}`),
];
for (const problem of problems) console.error(problem);
console.log(`${sources.length} sources and ${members.length} packages, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
