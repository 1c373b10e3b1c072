import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/**
 * @typedef {object} NpmPackage
 * @property {string} name
 * @property {string} member the workspace's folder that it is made of; those that this needs come with it
 * @property {boolean} types whether it is for programs, so that declarations belong to it
 * @property {string} [bin] the command, below the root
 * @property {string[]} assets other files and folders, below the root
 */

/** @type {NpmPackage[]} what is published */
export const npmPackages = [
  {
    name: 'holdfast',
    member: 'apps/cli',
    types: false,
    bin: 'apps/cli/bin/holdfast.js',
    assets: ['apps/cli/bin', 'apps/web/dist', 'docs/dist', 'examples', 'prisma', 'CHANGELOG.md'],
  },
  { name: '@holdfast/client', member: 'packages/client', types: true, assets: [] },
];

/**
 * The workspace's folders that a package is made of.
 *
 * @param {string} root
 * @param {string} member
 * @returns {Map<string, string>} folders by the member's name without its scope; the asked one first
 */
function membersOf(root, member) {
  const folders = new Map(
    ['apps', 'packages'].flatMap((parent) =>
      readdirSync(join(root, parent)).map((name) => [
        manifestOf(root, `${parent}/${name}`).name,
        `${parent}/${name}`,
      ]),
    ),
  );
  /** @type {Map<string, string>} */
  const found = new Map();
  const add = (/** @type {string} */ folder) => {
    const { name, dependencies = {} } = manifestOf(root, folder);
    if (found.has(shortName(name))) return;
    found.set(shortName(name), folder);
    for (const [needed, range] of Object.entries(dependencies)) {
      if (range.startsWith('workspace:')) add(/** @type {string} */ (folders.get(needed)));
    }
  };
  add(member);
  return found;
}

const shortName = (/** @type {string} */ name) => name.replace('@holdfast/', '');

/**
 * The package.json of what is published: all that its parts need, in the versions that were tested. Its parts name each other by the
 * package's own name, so they need no folder under node_modules.
 *
 * @param {string} root
 * @param {NpmPackage} npmPackage
 */
export function describePackage(root, { name, member, types, bin }) {
  const members = membersOf(root, member);
  const { version, license, engines, description } = manifestOf(root, '.');
  const own = manifestOf(root, member);
  /** @type {Record<string, string>} */
  const exports = {};
  for (const [part, folder] of members) {
    const place = `./${folder}/dist/*`;
    const target = types ? { types: `${place}.d.ts`, default: `${place}.js` } : `${place}.js`;
    Object.assign(exports, { [folder === member && types ? './*' : `./${part}/*`]: target });
  }
  const manifests = [...members.values()].map((folder) => manifestOf(root, folder));
  return {
    name,
    version,
    description: bin === undefined ? own.description : description,
    license,
    type: 'module',
    engines,
    ...(bin !== undefined && { bin: { [name]: bin } }),
    exports,
    dependencies: together(
      manifests.map(({ dependencies = {} }) => dependencies),
      types ? {} : overrides(root),
    ),
    ...(!types && {
      optionalDependencies: together(manifests.map(({ optionalDependencies = {} }) => optionalDependencies)),
    }),
    publishConfig: { access: 'public' },
  };
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {{ name: string, version: string, description: string, license: string, engines?: Record<string, string>, dependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }}
 */
const manifestOf = (root, folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));

/** Versions that the workspace holds back: an npm that finds them at the top takes them for what needs them below. @param {string} root */
const overrides = (root) => parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')).overrides ?? {};

/**
 * @param {Record<string, string>[]} lists
 * @param {Record<string, string>} [more]
 */
function together(lists, more = {}) {
  /** @type {Map<string, string>} */
  const versions = new Map(Object.entries(more));
  for (const [name, version] of lists.flatMap((list) => Object.entries(list))) {
    if (version.startsWith('workspace:')) continue;
    const other = versions.get(name) ?? version;
    if (other !== version) throw new Error(`${name} is wanted as ${other} and as ${version}`);
    versions.set(name, version);
  }
  return Object.fromEntries([...versions].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The files of a package, below the root: what was compiled of sources that are still there, and assets. No tests, no source maps.
 *
 * @param {string} root
 * @param {NpmPackage} npmPackage
 * @returns {string[]}
 */
export function filesOf(root, { member, types, assets }) {
  const compiled = [...membersOf(root, member).values()].flatMap((folder) =>
    listFiles(root, `${folder}/dist`).filter((file) => {
      if (/\.(map|tsbuildinfo|built)$/.test(file) || /\/emulated-/.test(file)) return false;
      const [, stem, ending] = /^(.*?)(\.d\.ts|\.js)$/.exec(file) ?? [];
      if (stem === undefined) return true;
      return (types || ending === '.js') && isFile(join(root, `${stem.replace('/dist/', '/src/')}.ts`));
    }),
  );
  return [
    ...compiled.filter((file) => !/\.(test|suite)\./.test(file)),
    ...assets.flatMap((asset) => listFiles(root, asset)),
  ];
}

/**
 * @param {string} root
 * @param {string} path of a file, or of a folder
 * @returns {string[]}
 */
function listFiles(root, path) {
  if (isFile(join(root, path))) return [path];
  return readdirSync(join(root, path)).flatMap((name) => listFiles(root, `${path}/${name}`));
}

const isFile = (/** @type {string} */ path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/**
 * A compiled file as it is published: other parts are named by the package's own name.
 *
 * @param {string} text
 * @param {NpmPackage} npmPackage
 */
export function publishedText(text, { name, member, types }) {
  return text
    .replace(/(["'])@holdfast\/([a-z-]+)\//g, (_, quote, part) =>
      types && member.endsWith(`/${part}`) ? `${quote}${name}/` : `${quote}${name}/${part}/`,
    )
    .replace(/^\/\/# sourceMappingURL=.*$/gm, '')
    .trimEnd()
    .concat('\n');
}
