import { expect, test } from 'vitest';
import { renderDocument } from './render-document.mjs';

/** @param {string} path @returns {'page' | 'file' | null} */
const kindOf = (path) => (path.endsWith('.md') ? 'page' : path.startsWith('docs/images/') ? 'file' : null);

test('links lead to pages and files of the site; what it has not stays as text', () => {
  const text =
    '# Title\n[a](errors.md#not-found) [b](../SECURITY.md) [c](../scripts/x.mjs) ![d](images/d.svg) [e](https://x.example) [f](#title)';
  const { body, title, files } = renderDocument('docs/page.md', text, kindOf);
  expect(title).toBe('Title');
  expect(files).toEqual(['docs/images/d.svg']);
  expect(body).toContain('<a href="/docs/errors#not-found">a</a>');
  expect(body).toContain('<a href="/docs/security">b</a>');
  expect(body).toContain('<a>c</a>');
  expect(body).toContain('<img src="/docs/images/d.svg" alt="d">');
  expect(body).toContain('<a href="https://x.example">e</a>');
  expect(body).toContain('<a href="#title">f</a>');
});

test('headings have GitHub’s anchors, HTML its sources, code its classes and no styles', () => {
  const text =
    '# A\n## Back up & restore\n<img src="images/x.png">\n\n```sh\nls "x" # all\n```\n\n| a |\n| --- |\n| 1 |\n';
  const { body, headings } = renderDocument('docs/page.md', text, kindOf);
  expect(headings).toEqual([{ level: 2, id: 'back-up--restore', text: 'Back up & restore' }]);
  expect(body).toContain('<h2 id="back-up--restore"');
  expect(body).toContain('<img src="/docs/images/x.png">');
  expect(body).toContain('<span class="hljs-string">');
  expect(body).toContain('<div class="table" tabindex="0"><table>');
  expect(body).not.toContain('style=');
});
