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

/** The fenced blocks of a Markdown document, in order. */
export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(\S*)([^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const words = match[2]!.trim().split(/\s+/);
    return {
      language: match[1]!,
      file: words.find((word) => word.startsWith('file='))?.slice(5) ?? null,
      notRun: words.includes('not-run') || words.includes('serve'),
      text: match[3]!,
      line: markdown.slice(0, match.index).split('\n').length,
    };
  });
}
