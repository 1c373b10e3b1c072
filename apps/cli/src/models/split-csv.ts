/**
 * CSV text in parts of at most `rows` rows, each with the header: what a service takes at a time. Rows end at a line break
 * outside of quotes. Empty lines at the end belong to no part.
 */
export function* splitCsv(text: string, rows: number): Generator<{ text: string; firstLine: number }> {
  const { ends, lines } = findRowEnds(text);
  const header = text.slice(0, ends[0] ?? text.length);
  if (ends.length <= 1) {
    yield { text, firstLine: 1 };
    return;
  }
  for (let from = 1; from < ends.length; from += rows) {
    const to = Math.min(ends.length, from + rows);
    yield { text: header + text.slice(ends[from - 1], ends[to - 1]), firstLine: lines[from - 1]! };
  }
}

/** Where each row ends, its line break included, and the line (from 1) that follows it. */
function findRowEnds(text: string): { ends: number[]; lines: number[] } {
  const ends: number[] = [];
  const lines: number[] = [];
  let quoted = false;
  let line = 1;
  const length = text.trimEnd().length;
  for (let i = 0; i < length; i++) {
    const sign = text[i];
    // A doubled quote toggles twice.
    if (sign === '"') quoted = !quoted;
    const isBreak = sign === '\n' || (sign === '\r' && text[i + 1] !== '\n');
    if (!isBreak) continue;
    line++;
    if (quoted) continue;
    ends.push(i + 1);
    lines.push(line);
  }
  if (length > 0) {
    ends.push(length);
    lines.push(line + 1);
  }
  return { ends, lines };
}
