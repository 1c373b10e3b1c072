import { basename } from 'node:path';

/**
 * @typedef {object} Group
 * @property {string} title
 * @property {string[]} pages documents, from the root; `api` is the reference of the HTTP API
 */

/** What the navigation of /docs shows, in this order. Documents of docs/ that stand nowhere here come last. */
export const siteMap = /** @type {readonly Group[]} */ ([
  {
    title: 'Start',
    pages: ['docs/README.md', 'docs/quick-start.md', 'docs/concepts.md', 'docs/dashboard.md'],
  },
  {
    title: 'How to',
    pages: [
      'docs/data.md',
      'docs/spaces.md',
      'docs/strategies.md',
      'docs/final-model.md',
      'docs/locked-test.md',
      'docs/how-to.md',
      'docs/clients.md',
      'docs/external-trainer.md',
      'docs/migrating.md',
      'examples/README.md',
    ],
  },
  { title: 'Reference', pages: ['api', 'docs/cli.md', 'docs/settings.md', 'docs/errors.md'] },
  {
    title: 'Running it',
    pages: ['docs/operations.md', 'docs/scaling.md', 'docs/reliability.md', 'SECURITY.md'],
  },
  {
    title: 'How it works',
    pages: [
      'docs/statistics.md',
      'docs/numerics.md',
      'docs/engine.md',
      'docs/performance.md',
      'docs/one-lucky-seed.md',
      'docs/comparison.md',
    ],
  },
  { title: 'The project', pages: ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'] },
]);

/**
 * @param {string} document from the root, with slashes
 * @returns {string} its address
 */
export function addressOf(document) {
  if (document === 'docs/README.md') return '/docs';
  if (document === 'examples/README.md') return '/docs/examples';
  return `/docs/${basename(document, '.md').toLowerCase()}`;
}

/**
 * The groups with every document of docs/ in one of them.
 *
 * @param {readonly string[]} documents that there are, from the root
 * @returns {Group[]}
 */
export function completeSiteMap(documents) {
  const groups = siteMap.map(({ title, pages }) => ({
    title,
    pages: pages.filter((page) => page === 'api' || documents.includes(page)),
  }));
  const placed = new Set(groups.flatMap(({ pages }) => pages));
  const others = documents.filter((document) => document.startsWith('docs/') && !placed.has(document));
  return others.length === 0 ? groups : [...groups, { title: 'More', pages: others }];
}
