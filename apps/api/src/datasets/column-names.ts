import type { Warning } from '@holdfast/contracts/dataset';
import { quote, TableError } from './dataset-error.ts';
import { scanNumber } from './scan-number.ts';

export interface ColumnNames {
  /** Each once. */
  names: string[];
  /** Columns whose name was empty, from 0. */
  unnamed: number[];
  /** Names that stood there more than once. */
  repeated: string[];
  /** What was made of names that were not fit to be one. */
  notes: Warning[];
}

const headless = 'Is the header row missing? The first row must hold the names of the columns.';

/**
 * The names of a header row, blanks around them left out. A column without a name is called by its number, one whose name
 * another has already gets a number behind it; both are noted.
 * @throws TableError where the row looks like one of data, or its cells are not separated
 */
export function nameColumns(header: readonly string[], line: number): ColumnNames {
  const written = header.map((name) => name.trim());
  refuseHeaderless(written, line);
  const taken = new Set(written);
  const firstOf = new Map<string, number>();
  const read: ColumnNames = { names: [], unnamed: [], repeated: [], notes: [] };
  for (const [i, name] of written.entries()) {
    const place = { line, column: { number: i + 1 } };
    if (name === '__proto__') throw new TableError('A column cannot have the name "__proto__".', place);
    const earlier = firstOf.get(name);
    if (name === '') {
      read.unnamed.push(i);
      read.names.push(freeName(`column ${i + 1}`, taken));
    } else if (earlier === undefined) {
      firstOf.set(name, i + 1);
      read.names.push(name);
    } else {
      if (/^\d+$/.test(name)) {
        throw new TableError(`The name ${quote(name)} is that of column ${earlier} too. ${headless}`, place);
      }
      const unique = freeName(name, taken);
      const message = `Column ${i + 1} has the name of column ${earlier}, ${quote(name)}, and is called ${quote(unique)}.`;
      read.notes.push({ code: 'repeatedNames', message });
      read.repeated.push(name);
      read.names.push(unique);
    }
  }
  return read;
}

/** The name itself, or with the first number behind it that makes it one of its own. */
function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n++) free = `${name} (${n})`;
  taken.add(free);
  return free;
}

function refuseHeaderless(names: readonly string[], line: number): void {
  if (names.length === 1 && /[;\t|]/.test(names[0]!)) {
    const message = `Only one column: ${quote(names[0]!)}. Cells must be separated by commas, semicolons, tabs or "|", the same in all lines.`;
    throw new TableError(message, { line });
  }
  const number = names.findIndex((name) => scanNumber(name) !== 0 && !/^\d+$/.test(name));
  if (number === -1) return;
  const place = { line, column: { number: number + 1 } };
  throw new TableError(`The name of the column is a number: ${quote(names[number]!)}. ${headless}`, place);
}
