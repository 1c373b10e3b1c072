export interface CodeBlock {
  /** `sh`, `yaml` … */
  language: string;
  /** `file=NAME` after the language: what the block is to be written to. */
  file: string | null;
  /** A shell block that is not run: it starts the service, or needs what a test has not. */
  notRun: boolean;
  text: string;
  line: number;
}

/** The fenced blocks of a Markdown document, in order, those within lists too. */
export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^( *)```(\S*)([^\n]*)\n([\s\S]*?)^ *```$/gm)].map((match) => {
    const [, indent = '', language = '', info = '', text = ''] = match;
    const words = info.trim().split(/\s+/);
    return {
      language,
      file: words.find((word) => word.startsWith('file='))?.slice(5) ?? null,
      notRun: words.includes('not-run') || words.includes('serve'),
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      line: markdown.slice(0, match.index).split('\n').length,
    };
  });
}
