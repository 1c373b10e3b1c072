import type { PlacedMessage } from '@holdfast/contracts/json-pointer';

/** A data set that cannot be made, with every place that is at fault: pointers into the spec, `""` for the file. */
export class DatasetError extends Error {
  override readonly name: string = 'DatasetError';
  readonly type: 'invalid-dataset' | 'too-large';
  readonly errors: PlacedMessage[];

  constructor(errors: PlacedMessage[], type: 'invalid-dataset' | 'too-large' = 'invalid-dataset') {
    super(errors.map((error) => error.message).join(' '));
    this.errors = errors;
    this.type = type;
  }
}

/**
 * Added to a line's number: it is a row of a file without lines, from 1 too; it is one of the test rows sent apart. Far
 * more than any file has, so that one number can go wherever a line's does.
 */
export const rowNumbers = 2 ** 28;
export const testNumbers = 2 ** 29;

/** `line 3`, `row 3`, `test file, line 3`. */
export function describeLine(line: number): string {
  const ofTest = line >= testNumbers;
  const rest = ofTest ? line - testNumbers : line;
  const place = rest >= rowNumbers ? `row ${rest - rowNumbers}` : `line ${rest}`;
  return ofTest ? `test rows, ${place}` : place;
}

/** Where a file is at fault; each from 1. A byte is given where there is no text to count columns in. */
export interface FilePlace {
  line?: number;
  column?: { number: number; name?: string };
  byte?: number;
}

/** A file that cannot be read. The place stands in the message too. */
export class TableError extends DatasetError {
  override readonly name = 'TableError';
  readonly place: FilePlace;

  constructor(
    message: string,
    place: FilePlace = {},
    type: 'invalid-dataset' | 'too-large' = 'invalid-dataset',
    suggestion?: PlacedMessage['suggestion'],
  ) {
    const where = describePlace(place);
    const placed = where === '' ? message : `${where}: ${message}`;
    super([{ pointer: '', message: placed, ...(suggestion && { suggestion }) }], type);
    this.place = place;
  }
}

function describePlace({ line, column, byte }: FilePlace): string {
  const parts: string[] = [];
  if (line !== undefined) parts.push(describeLine(line));
  if (column !== undefined) {
    parts.push(`column ${column.number}${column.name === undefined ? '' : ` (${quote(column.name)})`}`);
  }
  if (byte !== undefined) parts.push(`byte ${byte}`);
  const where = parts.join(', ');
  return where.charAt(0).toUpperCase() + where.slice(1);
}

/** A piece of somebody's file, short and on one line, to be shown in a message. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text);
}
