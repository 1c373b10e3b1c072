import { findSeparator } from '@holdfast/contracts/find-separator';

/** More of a file is not read for its header, in bytes. */
const most = 256 * 1024;
/** Characters that are unpacked: enough for the first lines, which show what separates cells. */
const headLength = 65_536;

/** The column names of a CSV file, gzip or not; empty where they cannot be told here, as of Parquet. The service reads it anew. */
export async function readHeader(file: Blob): Promise<string[]> {
  const start = file.slice(0, most);
  const magic = new Uint8Array(await start.slice(0, 4).arrayBuffer());
  const gzip = magic[0] === 0x1f && magic[1] === 0x8b;
  if (String.fromCharCode(...magic) === 'PAR1') return [];
  try {
    return splitHeader(gzip ? await readZipped(file) : await start.text());
  } catch {
    return [];
  }
}

/** The beginning alone: the rest of a large file is not unpacked. */
async function readZipped(file: Blob): Promise<string> {
  const reader = file
    .stream()
    .pipeThrough(new DecompressionStream('gzip'))
    .pipeThrough(new TextDecoderStream())
    .getReader();
  let text = '';
  while (text.length < headLength) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
  }
  await reader.cancel();
  return text;
}

/**
 * The names in a file's header row, each once, as the service reads them: by the separator that the first lines show, past a title and
 * empty lines; quoted ones may hold separators, line breaks and doubled quotes (RFC 4180). A column without a name has none here.
 */
export function splitHeader(text: string): string[] {
  const body = text.replace(/^\uFEFF/, '');
  const { separator, skipped } = findSeparator(body);
  const header = body.slice(skipped).replace(emptyLines(separator), '');
  const names: string[] = [];
  let name = '';
  let quoted = false;
  for (let at = 0; at < header.length; at++) {
    const character = header[at]!;
    if (character === '"') {
      const isTwice = quoted && header[at + 1] === '"';
      if (isTwice) name += header[at++];
      else quoted = !quoted;
    } else if (!quoted && (character === '\n' || character === '\r')) break;
    else if (!quoted && character === separator) {
      names.push(name);
      name = '';
    } else name += character;
  }
  return [...new Set([...names, name].map((written) => written.trim()))].filter((written) => written !== '');
}

/** Before the header row, cells that hold nothing are nothing. */
function emptyLines(separator: string): RegExp {
  return new RegExp(`^(?:[ \\t\\${separator}]*(?:\\r\\n|\\n|\\r))+`);
}
