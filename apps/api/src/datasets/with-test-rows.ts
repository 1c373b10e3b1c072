import type { DatasetSpec } from '@holdfast/contracts/dataset';
import type { Cell, Column } from './column-builder.ts';
import { DatasetError, quote, testNumbers } from './dataset-error.ts';
import type { Table } from './table-builder.ts';

/**
 * One table of the rows to train on and, where the spec says that they come apart, the test rows after them.
 * @throws DatasetError where the spec says one thing and what was sent another, or the columns are not the same
 */
export function withTestRows(table: Table, test: Table | undefined, spec: Pick<DatasetSpec, 'test'>): Table {
  const refuse = (message: string) => new DatasetError([{ pointer: '/test', message }]);
  if (spec.test.kind !== 'file') {
    if (test === undefined) return table;
    throw refuse('Test rows were sent apart: set "test" to { "kind": "file" }.');
  }
  if (test === undefined) {
    throw refuse('The test rows are missing: send them as the part "test" (CSV), or as "testRows".');
  }
  const names = (of: Table) => of.columns.map(({ name }) => name);
  const missing = names(table).filter((name) => !names(test).includes(name));
  const extra = names(test).filter((name) => !names(table).includes(name));
  if (missing.length + extra.length > 0) {
    const which = missing.length > 0 ? `do not have ${quote(missing[0]!)}` : `have ${quote(extra[0]!)} too`;
    throw refuse(`The test rows must have the columns of the others; they ${which}.`);
  }
  return {
    rows: table.rows + test.rows,
    columns: table.columns.map((column) =>
      joinColumns(column, test.columns.find(({ name }) => name === column.name)!),
    ),
    lines: Int32Array.from({ length: table.rows + test.rows }, (_, row) =>
      row < table.rows ? table.lines[row]! : testNumbers + test.lines[row - table.rows]!,
    ),
    testFrom: table.rows,
    repeated: table.repeated ?? [],
    notes: [...(table.notes ?? []), ...(test.notes ?? [])],
  };
}

function joinColumns(first: Column, second: Column): Column {
  const firstOf = (
    name: 'firstText' | 'firstMissing' | 'firstRewritten' | 'firstComma' | 'firstPoint' | 'firstDiscarded',
  ) => first[name] ?? moved(second[name]);
  const facts = {
    name: first.name,
    number: first.number,
    numbers: first.numbers + second.numbers,
    isTime: first.isTime && second.isTime,
    // What the test rows write one way or the other is no matter.
    firstOfBoth: first.firstOfBoth,
    firstText: firstOf('firstText'),
    firstMissing: firstOf('firstMissing'),
    firstRewritten: firstOf('firstRewritten'),
    firstComma: firstOf('firstComma'),
    firstPoint: firstOf('firstPoint'),
    firstDiscarded: firstOf('firstDiscarded'),
  };
  if (first.kind === 'number' && second.kind === 'number') {
    const values = new Float64Array(first.values.length + second.values.length);
    values.set(first.values);
    values.set(second.values, first.values.length);
    return { ...facts, kind: 'number', values };
  }
  const [a, b] = [toTexts(first), toTexts(second)];
  const codeOf = new Map(a.texts.map((text, code) => [text, code]));
  const texts = [...a.texts];
  const areNumbers = [...a.areNumbers];
  const codes = b.texts.map((text, code) => {
    const known = codeOf.get(text);
    if (known !== undefined) return known;
    areNumbers.push(b.areNumbers[code]!);
    return texts.push(text) - 1;
  });
  const joined = new Int32Array(a.codes.length + b.codes.length);
  joined.set(a.codes);
  for (const [row, code] of b.codes.entries()) joined[a.codes.length + row] = codes[code]!;
  return { ...facts, kind: 'text', codes: joined, texts, areNumbers };
}

function moved(cell: Cell | null): Cell | null {
  return cell && { ...cell, line: testNumbers + cell.line };
}

/** Numbers in the form that JavaScript writes them in, as a column does that meets a text. */
function toTexts(column: Column): Extract<Column, { kind: 'text' }> {
  if (column.kind === 'text') return column;
  const codeOf = new Map<string, number>();
  const codes = Int32Array.from(column.values, (value) => {
    const text = Number.isNaN(value) ? '' : String(value);
    if (!codeOf.has(text)) codeOf.set(text, codeOf.size);
    return codeOf.get(text)!;
  });
  const texts = [...codeOf.keys()];
  return { ...column, kind: 'text', codes, texts, areNumbers: texts.map((text) => text !== '') };
}
