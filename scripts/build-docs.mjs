import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { framePage } from './docs/frame-page.mjs';
import { fileAddressOf, renderDocument } from './docs/render-document.mjs';
import { addressOf, completeSiteMap, siteMap } from './docs/site-map.mjs';

/** Renders the documents to docs/dist, which the API serves at /docs. */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(root, 'docs', 'dist');

const documents = [
  ...new Set([
    ...siteMap.flatMap(({ pages }) => pages).filter((page) => page !== 'api' && existsSync(join(root, page))),
    ...readdirSync(join(root, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .sort()
      .map((name) => `docs/${name}`),
  ]),
];

/** @param {string} path from the root */
function kindOf(path) {
  if (documents.includes(path)) return 'page';
  // Beside the pages stand what the documents show and offer, not the sources that they speak of.
  const isFile =
    path.startsWith('docs/') && existsSync(join(root, path)) && statSync(join(root, path)).isFile();
  return isFile ? 'file' : null;
}

const rendered = documents.map((document) => ({
  address: addressOf(document),
  document,
  ...renderDocument(document, readFileSync(join(root, document), 'utf8'), kindOf),
}));
const titles = new Map(rendered.map(({ document, title }) => [document, title]));
const navigation = completeSiteMap(documents).map(({ title, pages }) => ({
  title,
  pages: pages.map((page) =>
    page === 'api'
      ? { title: 'HTTP API', address: '/docs/api' }
      : { title: titles.get(page) ?? page, address: addressOf(page) },
  ),
}));

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const { address, title, body, headings, files } of rendered) {
  const name = address === '/docs' ? 'index' : address.slice('/docs/'.length);
  writeFileSync(join(target, `${name}.html`), framePage({ title, address, navigation, body, headings }));
  for (const file of files) {
    const copy = join(target, fileAddressOf(file).slice('/docs/'.length));
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(join(root, file), copy);
  }
}
// The service writes the reference of its own routes into this one.
const api = { title: 'HTTP API', address: '/docs/api', navigation, body: '<!-- reference -->', headings: [] };
writeFileSync(join(target, 'api.html'), framePage(api));
cpSync(join(root, 'scripts', 'docs', 'docs.css'), join(target, 'docs.css'));
cpSync(join(root, 'apps', 'web', 'public', 'icon.svg'), join(target, 'icon.svg'));
console.log(`${rendered.length + 1} pages in docs/dist`);
