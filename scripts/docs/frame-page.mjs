/**
 * @typedef {object} Frame
 * @property {string} title
 * @property {string} address of this page
 * @property {{ title: string, pages: { title: string, address: string }[] }[]} navigation
 * @property {string} body HTML
 * @property {{ level: number, id: string, text: string }[]} headings
 */

/**
 * A whole page: header, navigation, body, headings of the page at its side. No script: the navigation of a narrow screen is a
 * <details>.
 *
 * @param {Frame} frame
 * @returns {string}
 */
export function framePage({ title, address, navigation, body, headings }) {
  const groups = navigation
    .map(({ title: group, pages }) => {
      const items = pages.map((page) => {
        const here = page.address === address ? ' aria-current="page"' : '';
        return `<li><a href="${page.address}"${here}>${escapeHtml(page.title)}</a></li>`;
      });
      return `<h2>${escapeHtml(group)}</h2>\n<ul>\n${items.join('\n')}\n</ul>`;
    })
    .join('\n');
  const near = headings.filter(({ level }) => level === 2);
  const contents =
    near.length < 2
      ? ''
      : `<aside><nav aria-label="On this page"><h2>On this page</h2>\n<ul>\n${near
          .map(({ id, text }) => `<li><a href="#${encodeURIComponent(id)}">${escapeHtml(text)}</a></li>`)
          .join('\n')}\n</ul></nav></aside>`;
  const name = title === 'Holdfast' ? title : `${title} · Holdfast`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(name)}</title>
<link rel="icon" href="/docs/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/docs.css">
</head>
<body>
<a class="skip" href="#content">To the text</a>
<header><a class="home" href="/docs">Holdfast</a><span>Documentation</span><a href="/">Dashboard</a></header>
<div class="columns">
<nav class="pages" aria-label="Pages">
${groups}
</nav>
<details class="pages"><summary>Pages</summary>
<nav aria-label="Pages">
${groups}
</nav></details>
<main id="content">
${body}
</main>
${contents}
</div>
</body>
</html>
`;
}

/** @param {string} text */
function escapeHtml(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
