const candidates = [',', ';', '\t', '|'] as const;
const lookedAt = 20;
/** A header row and two more: fewer are no table that lines before it could be a title of. */
const fewestTableLines = 3;

export interface Separator {
  separator: string;
  /** Characters before the header row: of a line like `sep=;`, which Excel writes and reads, or of a title. */
  skipped: number;
  /** The line that the header row is looked for from, from 1. */
  firstLine: number;
  /** Lines that hold text and no cells, before the header row. */
  titleLines: number;
}

interface Line {
  /** How often each candidate stands there outside of quotes. */
  counts: number[];
  start: number;
  number: number;
}

/**
 * What separates the cells of a text: what a line `sep=;` says; else the character that all of the first lines have
 * the same number of times outside of quotes (the more the better, in the order comma, semicolon, tab, bar), else
 * what the first line has most of, else the comma. Lines without any of them before lines that all have the same are a title: a
 * header row of one column says nothing of the others.
 * @param head the beginning of the text; its last line may be cut off
 */
export function findSeparator(head: string): Separator {
  const announced = /^sep=([\t -~])(\r\n|\n|\r)/i.exec(head);
  if (announced) {
    return { separator: announced[1]!, skipped: announced[0].length, firstLine: 2, titleLines: 0 };
  }
  const lines = readLines(head);
  const titleLines = countTitle(lines);
  const table = lines.slice(titleLines);
  const header = table[0]?.counts ?? [0, 0, 0, 0];
  let best: { separator: string; count: number } = { separator: ',', count: 0 };
  const consistent = candidates.map((_, i) => table.every(({ counts }) => counts[i] === header[i]));
  for (const only of [consistent, candidates.map(() => true)]) {
    for (const [i, separator] of candidates.entries()) {
      if (only[i] && header[i]! > best.count) best = { separator, count: header[i]! };
    }
    if (best.count > 0) break;
  }
  const first = titleLines > 0 ? table[0]! : { start: 0, number: 1 };
  return { separator: best.separator, skipped: first.start, firstLine: first.number, titleLines };
}

function countTitle(lines: readonly Line[]): number {
  const first = lines.findIndex(({ counts }) => counts.some((count) => count > 0));
  const header = lines[first];
  if (header === undefined || lines.length - first < fewestTableLines) return 0;
  const isTable = candidates.some(
    (_, i) =>
      header.counts[i]! > 0 && lines.slice(first).every(({ counts }) => counts[i] === header.counts[i]),
  );
  return isTable ? first : 0;
}

/** The first whole lines that hold something. */
function readLines(head: string): Line[] {
  const lines: Line[] = [];
  let counts = [0, 0, 0, 0];
  let start = 0;
  let number = 1;
  let rowNumber = 1;
  let quoted = false;
  const end = (at: number) => {
    if (head.slice(start, at).trim() !== '') lines.push({ counts, start, number: rowNumber });
    counts = [0, 0, 0, 0];
    start = at + 1;
    rowNumber = number;
  };
  for (let at = 0; at < head.length; at++) {
    const character = head[at]!;
    const breaks = character === '\n' || (character === '\r' && head[at + 1] !== '\n');
    if (breaks) number++;
    if (!quoted && breaks) {
      end(at);
      if (lines.length === lookedAt) return lines;
    } else if (character === '"') quoted = !quoted;
    else if (!quoted) {
      const candidate = candidates.indexOf(character as (typeof candidates)[number]);
      if (candidate !== -1) counts[candidate]! += 1;
    }
  }
  // A line that is not ended may be cut off, unless it is all there is.
  if (lines.length === 0) end(head.length);
  return lines;
}
