import type { Column } from './column-builder.ts';
import { describeLine } from './dataset-error.ts';
import { isAbsent } from './held-texts.ts';
import { isMissing, parseNumber, scanNumber } from './scan-number.ts';
import type { Table } from './table-builder.ts';

/**
 * A table without the rows whose target is missing, in one of the target columns at least; how many there were is noted. What else
 * stood in these rows is gone with them: a line of totals makes no texts of a column of numbers.
 */
export function leaveOutUnlabelled(table: Table, targets: readonly string[]): Table {
  const labels = table.columns.filter(({ name }) => targets.includes(name));
  const kept = Int32Array.from({ length: table.rows }, (_, row) => row).filter((row) =>
    labels.every((column) => !isMissingAt(column, row)),
  );
  const without = table.rows - kept.length;
  if (without === 0) return table;
  const first = kept.findIndex((row, i) => row !== i);
  const line = describeLine(table.lines[first === -1 ? kept.length : first]!);
  const rows = without === 1 ? '1 row without a target was' : `${without} rows without a target were`;
  const { testFrom } = table;
  return {
    ...table,
    rows: kept.length,
    columns: table.columns.map((column) =>
      keepRows(column, kept, targets.includes(column.name), table.lines),
    ),
    lines: kept.map((row) => table.lines[row]!),
    ...(testFrom !== undefined && {
      testFrom: kept.reduce((before, row) => before + (row < testFrom ? 1 : 0), 0),
    }),
    notes: [
      ...(table.notes ?? []),
      { code: 'rowsWithoutTarget', message: `${rows} left out, the first in ${line}.` },
    ],
  };
}

function isMissingAt(column: Column, row: number): boolean {
  return column.kind === 'number'
    ? Number.isNaN(column.values[row]!)
    : column.codes.length > 0 && isMissing(column.texts[column.codes[row]!]!);
}

function keepRows(column: Column, kept: Int32Array, isTarget: boolean, lines: Int32Array): Column {
  const firstMissing = isTarget ? null : column.firstMissing;
  if (column.kind === 'number') {
    const values = Float64Array.from(kept, (row) => column.values[row]!);
    const numbers = values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
    return { ...column, firstMissing, values, numbers };
  }
  if (column.firstDiscarded !== null) return column;
  const codes = kept.map((row) => column.codes[row]!);
  const held = [...new Set(codes)].sort((a, b) => a - b);
  const isNumeric = (code: number) =>
    column.areNumbers[code]! || (!isTarget && isAbsent(column.texts[code]!));
  if (held.every(isNumeric)) {
    const values = Float64Array.from(codes, (code) => numberOf(column, code));
    const numbers = values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
    const { areNumbers: _a, codes: _c, texts: _t, ...facts } = column;
    return { ...facts, firstText: null, firstMissing, kind: 'number', values, numbers };
  }
  const at = codes.findIndex((code) => !column.areNumbers[code] && !isAbsent(column.texts[code]!));
  const firstText = at === -1 ? null : { line: lines[kept[at]!]!, text: column.texts[codes[at]!]! };
  // A text that no row holds any more would be a class without rows.
  const codeOf = new Map(held.map((code, i) => [code, i]));
  return {
    ...column,
    firstText: firstText ?? column.firstText,
    firstMissing,
    codes: codes.map((code) => codeOf.get(code)!),
    texts: held.map((code) => column.texts[code]!),
    areNumbers: held.map((code) => column.areNumbers[code]!),
  };
}

function numberOf(column: Extract<Column, { kind: 'text' }>, code: number): number {
  if (!column.areNumbers[code]) return Number.NaN;
  const text = column.texts[code]!;
  return parseNumber(text, scanNumber(text)) ?? Number(text.replace(',', '.'));
}
