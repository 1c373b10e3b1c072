import { terminalWidth } from './terminal-width.ts';

export interface Column<T> {
  title: string;
  /** Numbers stand at the right. */
  right?: boolean;
  /** Left out where the terminal is too narrow for all; the highest goes first. */
  spare?: number;
  /** Cut in the place of what stands last, as names are that people choose. */
  cut?: true;
  cell: (row: T) => string;
}

/**
 * Rows as text in columns, under a header; a column that is empty in every row and has no title is left out. Where the
 * columns do not fit into `width`, spare ones are left out and named below, then titles are cut to what stands under them, then
 * what may be cut, or stands last.
 */
export function textTable<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  width: number = terminalWidth(),
): string {
  const left = [...columns];
  const out: string[] = [];
  const spare = columns.filter((column) => column.spare !== undefined);
  spare.sort((a, b) => b.spare! - a.spare!);
  while (widthOf(layOut(left, rows)) > width && spare.length > 0) {
    const [column] = spare.splice(0, 1);
    left.splice(left.indexOf(column!), 1);
    if (column!.title !== '') out.push(column!.title);
  }
  const table = layOut(left, rows);
  const lines =
    widthOf(table) > width ? draw(cutOne(cutTitles(table, width), left, width), left) : draw(table, left);
  if (out.length > 0) lines.push(`Too narrow for: ${out.join(', ')}`);
  return lines.join('\n');
}

interface Table {
  /** The header first. */
  cells: string[][];
  widths: number[];
}

function layOut<T>(columns: readonly Column<T>[], rows: readonly T[]): Table {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
  ];
  return { cells, widths: widthsOf(cells) };
}

const widthsOf = (cells: readonly string[][]) =>
  cells[0]!.map((_, column) => Math.max(...cells.map((line) => [...line[column]!].length)));

const widthOf = ({ widths }: Table) =>
  widths.filter((width) => width > 0).reduce((sum, width) => sum + width + 2, -2);

/** Characters that are left of what is cut. */
const shortest = 6;

/** Titles that are longer than all that stands under them are cut, the longest first, until the table fits. */
function cutTitles(table: Table, most: number): Table {
  const [titles, ...body] = table.cells as [string[], ...string[][]];
  const under = body.length === 0 ? titles.map(({ length }) => length) : widthsOf(body);
  for (;;) {
    const widths = widthsOf([titles, ...body]);
    if (widthOf({ cells: table.cells, widths }) <= most) break;
    const column = widths
      .map((width, index) => ({ index, spare: width - Math.max(under[index]!, shortest) }))
      .reduce((a, b) => (b.spare > a.spare ? b : a));
    if (column.spare <= 0) break;
    titles[column.index] = `${titles[column.index]!.replace(/…$/, '')
      .slice(0, -1)
      .slice(0, widths[column.index]! - 2)}…`;
  }
  return { cells: [titles, ...body], widths: widthsOf([titles, ...body]) };
}

/** What the column that may be cut, or the last one, has too much; some characters of it stay. */
function cutOne<T>(table: Table, columns: readonly Column<T>[], most: number): Table {
  const tooMuch = widthOf(table) - most;
  const chosen = columns.findIndex(({ cut }) => cut);
  const column = chosen < 0 ? table.widths.length - 1 : chosen;
  const room = Math.max(shortest, table.widths[column]! - tooMuch);
  if (tooMuch <= 0) return table;
  const cut = (text: string) =>
    [...text].length > room ? `${[...text].slice(0, room - 1).join('')}…` : text;
  const cells = table.cells.map((line) => line.with(column, cut(line[column]!)));
  return { cells, widths: widthsOf(cells) };
}

function draw<T>({ cells, widths }: Table, columns: readonly Column<T>[]): string[] {
  const format = (line: readonly string[]) =>
    line
      .flatMap((cell, column) => {
        if (widths[column] === 0) return [];
        const space = ' '.repeat(widths[column]! - [...cell].length);
        return [columns[column]!.right ? space + cell : cell + space];
      })
      .join('  ')
      .trimEnd();
  const [header, ...body] = cells.map(format);
  return [header!, format(widths.map((width) => '─'.repeat(width))), ...body];
}

/** A number as people read it: three decimals, or a power of ten where that would hide it. */
export function decimal(number: number | null): string {
  if (number === null) return '–';
  const size = Math.abs(number);
  return size !== 0 && (size < 0.001 || size >= 10_000) ? number.toExponential(2) : number.toFixed(3);
}
