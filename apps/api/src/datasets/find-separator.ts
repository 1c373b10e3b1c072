const candidates = [',', ';', '\t', '|'] as const;
const lookedAt = 20;

export interface Separator {
  separator: string;
  /** Characters of a first line like `sep=;`, which Excel writes and reads, its end included; else 0. */
  announcement: number;
}

/**
 * What separates the cells of a text: what a line `sep=;` says; else the character that all of the first lines have
 * the same number of times outside of quotes (the more the better, in the order comma, semicolon, tab, bar), else
 * what the first line has most of, else the comma.
 * @param head the beginning of the text; its last line may be cut off
 */
export function findSeparator(head: string): Separator {
  const announced = /^sep=([\t -~])(\r\n|\n|\r)/i.exec(head);
  if (announced) return { separator: announced[1]!, announcement: announced[0].length };
  const lines = countCandidates(head);
  let best: { separator: string; count: number } = { separator: ',', count: 0 };
  const header = lines[0] ?? [0, 0, 0, 0];
  const consistent = candidates.map((_, i) => lines.every((counts) => counts[i] === header[i]));
  for (const only of [consistent, candidates.map(() => true)]) {
    for (const [i, separator] of candidates.entries()) {
      if (only[i] && header[i]! > best.count) best = { separator, count: header[i]! };
    }
    if (best.count > 0) break;
  }
  return { separator: best.separator, announcement: 0 };
}

/** For each of the first whole, non-empty lines, how often each candidate stands there outside of quotes. */
function countCandidates(head: string): number[][] {
  const lines: number[][] = [];
  let counts = [0, 0, 0, 0];
  let length = 0;
  let quoted = false;
  const end = () => {
    if (length > 0) lines.push(counts);
    counts = [0, 0, 0, 0];
    length = 0;
  };
  for (const character of head) {
    if (!quoted && (character === '\n' || character === '\r')) {
      end();
      if (lines.length === lookedAt) return lines;
      continue;
    }
    length++;
    if (character === '"') quoted = !quoted;
    else if (!quoted) {
      const candidate = candidates.indexOf(character as (typeof candidates)[number]);
      if (candidate !== -1) counts[candidate]! += 1;
    }
  }
  // A line that is not ended may be cut off, unless it is all there is.
  if (lines.length === 0) end();
  return lines;
}
