import { posix } from 'node:path';
import highlighter from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import typescript from 'highlight.js/lib/languages/typescript';
import yaml from 'highlight.js/lib/languages/yaml';
import MarkdownIt from 'markdown-it';
import anchor from 'markdown-it-anchor';
import { anchorOf } from '../links.mjs';
import { addressOf } from './site-map.mjs';

for (const [name, language] of Object.entries({ bash, javascript, json, python, typescript, yaml })) {
  highlighter.registerLanguage(name, language);
}
highlighter.registerAliases(['sh', 'console'], { languageName: 'bash' });
highlighter.registerAliases(['jsonc'], { languageName: 'json' });

/**
 * @typedef {object} Rendered
 * @property {string} title the first heading, as text
 * @property {string} body HTML
 * @property {{ level: number, id: string, text: string }[]} headings below the title
 * @property {string[]} files that the page shows or offers, from the root
 */

/**
 * A Markdown document as a page of /docs: links lead to pages of the site, or to files that are copied beside them; what
 * the site does not have (sources, scripts) stays as text. Colours of code are classes, since the pages may hold no styles.
 *
 * @param {string} document its path from the root, with slashes
 * @param {string} text
 * @param {(path: string) => 'page' | 'file' | null} kindOf what the site has of a path from the root
 * @returns {Rendered}
 */
export function renderDocument(document, text, kindOf) {
  /** @type {Rendered['headings']} */
  const headings = [];
  /** @type {Set<string>} */
  const files = new Set();

  /** @param {string} target as written; @returns {string | null} the address on the site */
  const resolve = (target) => {
    if (/^([a-z][a-z0-9+.-]*:|#|\/)/i.test(target)) return target;
    const [path = '', heading] = target.split('#');
    const file = posix.join(posix.dirname(document), decodeURIComponent(path)).replace(/\/$/, '/README.md');
    const kind = kindOf(file);
    if (kind === null) return null;
    if (kind === 'file') files.add(file);
    const address = kind === 'page' ? addressOf(file) : fileAddressOf(file);
    return heading === undefined ? address : `${address}#${heading}`;
  };

  const markdown = new MarkdownIt({
    html: true,
    highlight: (code, language) =>
      highlighter.getLanguage(language)
        ? highlighter.highlight(code, { language, ignoreIllegals: true }).value
        : '',
  });
  markdown.use(anchor, {
    slugify: anchorOf,
    callback: (token, { slug, title }) => {
      headings.push({ level: Number(token.tag.slice(1)), id: slug, text: title });
    },
  });
  markdown.core.ruler.push('addresses', ({ tokens }) => {
    for (const token of tokens) {
      // The alignment of a column comes as a style.
      const align = /^text-align:(\w+)$/.exec(String(token.attrGet('style') ?? ''))?.[1];
      if (align !== undefined) token.attrs = [['class', align]];
      if (token.type === 'html_block') token.content = rewriteHtml(token.content, resolve);
      for (const child of token.children ?? []) rewrite(child, resolve);
    }
  });
  // A table may be wider than a telephone: it scrolls by itself.
  markdown.renderer.rules['table_open'] = () => '<div class="table" tabindex="0"><table>\n';
  markdown.renderer.rules['table_close'] = () => '</table></div>\n';

  const body = markdown.render(text);
  const title = headings.find(({ level }) => level === 1)?.text ?? document;
  return { title, body, headings: headings.filter(({ level }) => level > 1), files: [...files] };
}

/** @param {string} file from the root; @returns {string} */
export const fileAddressOf = (file) => `/docs/${file.replace(/^docs\//, '')}`;

/**
 * @param {import('markdown-it').Token} token
 * @param {(target: string) => string | null} resolve
 */
function rewrite(token, resolve) {
  if (token.type === 'html_inline') token.content = rewriteHtml(token.content, resolve);
  const name = token.type === 'link_open' ? 'href' : token.type === 'image' ? 'src' : null;
  if (name === null) return;
  const address = resolve(String(token.attrGet(name)));
  if (address !== null) token.attrSet(name, address);
  // An <a> without an address is no link, and looks like none.
  else token.attrs = (token.attrs ?? []).filter(([attribute]) => attribute !== name);
}

/**
 * @param {string} html
 * @param {(target: string) => string | null} resolve
 */
function rewriteHtml(html, resolve) {
  return html.replace(/\b(href|src|srcset)="([^"]+)"/g, (_whole, name, target) => {
    const address = resolve(target);
    return address === null ? '' : `${name}="${address}"`;
  });
}
