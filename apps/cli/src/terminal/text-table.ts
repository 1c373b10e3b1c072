export interface Column<T> {
  title: string;
  /** Numbers stand at the right. */
  right?: boolean;
  cell: (row: T) => string;
}

/** Rows as text in columns, under a header; a column that is empty in every row and has no title is left out. */
export function textTable<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  const lines = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
  ];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => [...line[column]!].length)));
  const format = (line: readonly string[]) =>
    line
      .flatMap((cell, column) => {
        if (widths[column] === 0) return [];
        const space = ' '.repeat(widths[column]! - [...cell].length);
        return [columns[column]!.right ? space + cell : cell + space];
      })
      .join('  ')
      .trimEnd();
  const [header, ...body] = lines.map(format);
  return [header, format(widths.map((width) => '─'.repeat(width))), ...body].join('\n');
}

/** A number as people read it: three decimals, or a power of ten where that would hide it. */
export function decimal(number: number | null): string {
  if (number === null) return '–';
  const size = Math.abs(number);
  return size !== 0 && (size < 0.001 || size >= 10_000) ? number.toExponential(2) : number.toFixed(3);
}
