import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { UsageError } from '../command/usage-error.ts';

export interface WrittenSpec {
  value: unknown;
  /** `search.yaml:7`: where the value of a JSON pointer is written; `undefined` where it is not written there. */
  placeOf(pointer: string): string | undefined;
}

/**
 * A search from a YAML or JSON file, or from standard input by `-`. What a search may hold is the service's to say.
 * @throws UsageError with the line where it is not readable
 */
export async function readSpec(file: string): Promise<WrittenSpec> {
  const source = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch(
    (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ENOENT' ? 'there is no such file' : error.message;
      throw new UsageError(`${file} cannot be read: ${reason}`);
    },
  );
  const lines = new LineCounter();
  const document = parseDocument(source, { uniqueKeys: true, lineCounter: lines });
  const [first] = document.errors;
  if (first) throw new UsageError(`${file}: ${first.message}`);
  const value: unknown = document.toJS();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`${file} must hold one search, such as: dataset: iris`);
  }
  return {
    value,
    placeOf(pointer) {
      const offset = offsetOf(document, pointer);
      return offset === undefined
        ? undefined
        : `${file === '-' ? 'line ' : `${file}:`}${lines.linePos(offset).line}`;
    },
  };
}

/** Of the key, or of the item of a list. */
function offsetOf(document: Document, pointer: string): number | undefined {
  let node = document.contents as Node | null;
  let offset: number | undefined;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isMap(node)) {
      const pair = node.items.find((one) => isScalar(one.key) && String(one.key.value) === key);
      offset = (pair?.key as Node | undefined)?.range?.[0];
      node = (pair?.value ?? null) as Node | null;
    } else if (isSeq(node)) {
      node = (node.items[Number(key)] ?? null) as Node | null;
      offset = node?.range?.[0];
    } else return undefined;
    if (offset === undefined) return undefined;
  }
  return offset;
}
