import type { Prediction } from '@holdfast/contracts/predictions';

/** Predictions as CSV rows, with a header row before the first ones. */
export function predictionsCsv(items: readonly Prediction[], withHeader: boolean): string {
  const rows = items.map(columnsOf);
  const header = withHeader && rows[0] ? [rows[0].map(([name]) => name)] : [];
  return [...header, ...rows.map((columns) => columns.map(([, value]) => value))]
    .map((cells) => `${cells.map(quote).join(',')}\n`)
    .join('');
}

type Cell = [name: string, value: string | number];

function columnsOf(item: Prediction): Cell[] {
  if ('value' in item) return named('value', item.value);
  return [...named('label', item.label), ...named('probability', item.probabilities)];
}

function named(prefix: string, value: string | number | Record<string, number>): Cell[] {
  if (typeof value !== 'object') return [[prefix, value]];
  return Object.entries(value).map(([name, one]) => [`${prefix}_${name}`, one]);
}

function quote(cell: string | number): string {
  if (typeof cell === 'number') return String(cell);
  // Spreadsheets take such text for a formula; an apostrophe makes it text.
  const inert = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
