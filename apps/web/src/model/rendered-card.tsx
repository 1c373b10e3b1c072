import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { ScrollRegion } from '../controls/scroll-region.tsx';

/** Its headings stand below the page's own; a table may be wider than a phone. HTML in it stays text. */
const components: Components = {
  h1: 'h3',
  h2: 'h4',
  h3: 'h5',
  table: ({ children }) => (
    <ScrollRegion label="Table">
      <table className="plain">{children}</table>
    </ScrollRegion>
  ),
  // A table of names and values has no header in Markdown but an empty one.
  th: ({ children }) => (children === undefined ? <td /> : <th scope="col">{children}</th>),
  pre: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <pre tabIndex={0}>{children}</pre>
  ),
};

/** A model card as a page: elements made of its Markdown, never its text as HTML. */
export default function RenderedCard({ markdown }: { markdown: string }) {
  return (
    <div className="rendered-card">
      <Markdown remarkPlugins={[remarkGfm]} components={components}>
        {markdown}
      </Markdown>
    </div>
  );
}
