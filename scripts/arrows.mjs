import { builtinModules } from 'node:module';
import { posix } from 'node:path';

/** Who may import whom; ARCHITECTURE.md draws it. A name that is missing here is an error as well. */
export const arrows = {
  'packages/numeric': [],
  'packages/contracts': [],
  'packages/embedded-postgres': [],
  'packages/core': ['numeric', 'contracts'],
  'packages/native-engine': ['numeric', 'core'],
  'packages/search': ['numeric', 'contracts'],
  'packages/db': ['contracts'],
  'packages/queue': ['contracts'],
  'packages/client': ['contracts'],
  'packages/tracing': [],
  'apps/api': ['contracts', 'numeric', 'core', 'search', 'db', 'queue', 'tracing'],
  'apps/worker': ['contracts', 'numeric', 'core', 'native-engine', 'search', 'db', 'queue', 'tracing'],
  'apps/evaluator': ['contracts', 'numeric', 'core', 'search', 'db', 'queue'],
  'apps/web': ['client', 'contracts'],
  // The command starts the other processes, and brings them a database.
  'apps/cli': [
    'api',
    'worker',
    'evaluator',
    'client',
    'contracts',
    'core',
    'native-engine',
    'db',
    'queue',
    'embedded-postgres',
  ],
};

/** Packages of others that only some of ours may know. */
const reserved = [
  { pattern: /^(@prisma\/|prisma$|prisma\/|@electric-sql\/)/, owners: ['packages/db'] },
  { pattern: /^(pg|pg-.*)$/, owners: ['packages/db', 'packages/queue', 'packages/embedded-postgres'] },
  { pattern: /^@embedded-postgres\//, owners: ['packages/embedded-postgres'] },
  { pattern: /^(bullmq|ioredis)$/, owners: ['packages/queue'] },
  { pattern: /^(fastify|fastify-.*|@fastify\/.*)$/, owners: ['apps/api'] },
  { pattern: /^piscina$/, owners: ['apps/worker', 'apps/evaluator'] },
  { pattern: /^@opentelemetry\//, owners: ['packages/tracing'] },
  {
    pattern: /^(react|react-dom|@tanstack\/.*|@base-ui\/.*|echarts|vite|@vitejs\/.*)(\/|$)/,
    owners: ['apps/web'],
  },
  { pattern: /^@holdfast\/db\/sealed-tests$/, owners: ['packages/db', 'apps/evaluator'] },
];

/** No input, no output: the same call gives the same bytes anywhere. */
export const purePackages = ['packages/numeric', 'packages/core', 'packages/search'];

/** What tests of any package may import besides. */
const forTests = ['embedded-postgres'];

const builtins = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);

/** @param {string} path */
export const isTest = (path) =>
  /\.(test|suite)\.(ts|tsx|mjs)$/.test(path) || /^((apps|packages)\/[^/]+\/test|tests)\//.test(path);

/**
 * @param {string} path from the root, with slashes
 * @returns {string | null} the package that the file belongs to: packages/NAME or apps/NAME
 */
export const packageOf = (path) => /^(packages|apps)\/[^/]+/.exec(path)?.[0] ?? null;

/**
 * @param {string} path of the importing file
 * @param {string} specifier what it imports
 * @returns {string | null} what is wrong with that
 */
export function checkImport(path, specifier) {
  const from = packageOf(path);
  if (from === null) return null;
  if (specifier.startsWith('.')) return checkRelative(path, from, specifier);
  const test = isTest(path);
  const reservation = reserved.find(({ pattern }) => pattern.test(specifier));
  // Tests look into the database directly, and whether what the API sealed is what it was given.
  const excused =
    test && (specifier === 'pg' || (from === 'apps/api' && specifier.endsWith('/sealed-tests')));
  if (reservation !== undefined && !reservation.owners.includes(from) && !excused) {
    return `only ${reservation.owners.join(', ')} may import ${specifier}`;
  }
  if (builtins.has(specifier) || specifier.startsWith('node:')) {
    return purePackages.includes(from) && !test ? `${from} is pure: no ${specifier}` : null;
  }
  const ours = /^@holdfast\/([^/]+)/.exec(specifier)?.[1];
  if (ours === undefined || from.endsWith(`/${ours}`) || (test && forTests.includes(ours))) return null;
  return checkArrow(from, ours);
}

/**
 * @param {string} from
 * @param {string} to
 */
function checkArrow(from, to) {
  /** @type {readonly string[] | undefined} */
  const allowed = Object.entries(arrows).find(([name]) => name === from)?.[1];
  if (allowed === undefined) return `${from} is missing in the table of scripts/arrows.mjs`;
  if (allowed.includes(to)) return null;
  return `${from} may not import @holdfast/${to}; it may import ${allowed.join(', ') || 'none of ours'}`;
}

/**
 * @param {string} path
 * @param {string} from
 * @param {string} specifier
 */
function checkRelative(path, from, specifier) {
  const target = posix.join(posix.dirname(path), specifier);
  // Tests share what starts their servers, and the suites that every implementation of an interface passes.
  const shared =
    isTest(path) && (/^((apps|packages)\/[^/]+\/test|tests)\//.test(target) || /\.suite\.ts$/.test(target));
  if (!target.startsWith(`${from}/`) && !shared)
    return `${specifier} leaves ${from}: import it by its package's name`;
  if (path.endsWith('.ts') && !/\.(ts|tsx|mjs|json|css)$/.test(specifier))
    return `${specifier} has no .ts at its end`;
  return null;
}

/**
 * @param {string} from packages/NAME or apps/NAME
 * @param {Record<string, Record<string, string> | undefined>} manifest its package.json
 * @returns {string[]}
 */
export function checkManifest(from, manifest) {
  const problems = [];
  for (const field of ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']) {
    for (const [name, version] of Object.entries(manifest[field] ?? {})) {
      const ours = /^@holdfast\/(.+)$/.exec(name)?.[1];
      const development = field === 'devDependencies';
      if (ours === undefined) {
        if (!/^\d+\.\d+\.\d+/.test(version)) problems.push(`${name} is not pinned: ${version}`);
        const reservation = reserved.find(({ pattern }) => pattern.test(name));
        if (reservation !== undefined && !development && !reservation.owners.includes(from)) {
          problems.push(`only ${reservation.owners.join(', ')} may depend on ${name}`);
        }
      } else if (!(development && forTests.includes(ours))) {
        const problem = checkArrow(from, ours);
        if (problem !== null) problems.push(problem);
      }
    }
  }
  return problems;
}
