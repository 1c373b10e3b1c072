import { dirname, resolve } from 'node:path';

/**
 * Links of a Markdown document to files and headings of this repository that are not there. Addresses with a scheme
 * are not looked up.
 *
 * @param {string} path of the document
 * @param {string} text
 * @param {(path: string) => string | null} read a file's text, '' of a folder, null where nothing is
 * @returns {string[]} `line: what is wrong`
 */
export function findBrokenLinks(path, text, read) {
  const prose = blankCode(text);
  return [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)].flatMap((match) => {
    const target = match[1] ?? '';
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return [];
    const line = prose.slice(0, match.index).split('\n').length;
    const [file = '', heading] = target.split('#');
    const linked = file === '' ? text : read(resolve(dirname(path), decodeURIComponent(file)));
    if (linked === null) return [`${line}: there is no ${file}`];
    if (heading && !headingsOf(linked).has(heading))
      return [`${line}: no heading #${heading} in ${file || 'here'}`];
    return [];
  });
}

/** @param {string} text */
function blankCode(text) {
  const blank = (/** @type {string} */ code) => code.replace(/[^\n]/g, ' ');
  return text.replace(/^```[\s\S]*?^```/gm, blank).replace(/`[^`\n]*`/g, blank);
}

/** @param {string} text */
function headingsOf(text) {
  const withoutFences = text.replace(/^```[\s\S]*?^```/gm, '');
  return new Set([...withoutFences.matchAll(/^#+\s+(.*)$/gm)].map((match) => anchorOf(match[1] ?? '')));
}

/** @param {string} heading as GitHub makes the anchor of it */
export function anchorOf(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}
