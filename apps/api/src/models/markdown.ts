/** Of a table with two columns; without a value it is left out. */
export type Row = [name: string, value: string | null];

export function section(title: string, rows: readonly Row[]): string {
  return `## ${title}\n\n${table(rows)}`;
}

export function table(rows: readonly Row[]): string {
  const lines = rows.flatMap(([name, value]) => (value === null ? [] : [`| ${name} | ${value} |`]));
  return `| | |\n| --- | --- |\n${lines.join('\n')}`;
}

/** Six digits: a card is read by people. */
export const figure = (value: number): string => String(Number(value.toPrecision(6)));

/** Names are anybody's: what Markdown or HTML would take for its own is written as text. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#+!|~&]/g, (sign) => `\\${sign}`).replace(/\s+/g, ' ');
}

/** A code span; a table's cell must not hold a bare bar, also in code. */
export function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text.replace(/\s+/g, ' ').replaceAll('|', '\\|')}${pad}${fence}`;
}
