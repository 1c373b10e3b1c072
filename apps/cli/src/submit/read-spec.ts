import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseDocument } from 'yaml';
import { UsageError } from '../command/usage-error.ts';

/**
 * A search from a YAML or JSON file, or from standard input by `-`. What a search may hold is the service's to say.
 * @throws UsageError with the line where it is not readable
 */
export async function readSpec(file: string): Promise<unknown> {
  const source = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch((error: Error) => {
    throw new UsageError(`${file} cannot be read: ${error.message}`);
  });
  const document = parseDocument(source, { uniqueKeys: true });
  const [first] = document.errors;
  if (first) throw new UsageError(`${file}: ${first.message}`);
  const value: unknown = document.toJS();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`${file} must hold one search, such as: dataset: iris`);
  }
  return value;
}
