import { terminalWidth } from './terminal-width.ts';

/** A paragraph broken between words; lines after the first begin with `indent` blanks. */
export function wrapText(text: string, { indent = 0, width = terminalWidth() } = {}): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(indent) + word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
