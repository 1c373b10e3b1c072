/** More of a file is not read for its header, in bytes. */
const most = 256 * 1024;

/** The column names of a CSV file, gzip or not; empty where these cannot be told here. The service reads it anew. */
export async function readHeader(file: Blob): Promise<string[]> {
  const start = file.slice(0, most);
  const [first, second] = new Uint8Array(await start.slice(0, 2).arrayBuffer());
  const gzip = first === 0x1f && second === 0x8b;
  try {
    return splitHeader(gzip ? await readZipped(file) : await start.text());
  } catch {
    return [];
  }
}

/** The first line alone: the rest of a large file is not unpacked. */
async function readZipped(file: Blob): Promise<string> {
  const reader = file
    .stream()
    .pipeThrough(new DecompressionStream('gzip'))
    .pipeThrough(new TextDecoderStream())
    .getReader();
  let text = '';
  while (!text.includes('\n') && text.length < most) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
  }
  await reader.cancel();
  return text;
}

/** The fields of the first line; quoted ones may hold commas and doubled quotes (RFC 4180). */
export function splitHeader(text: string): string[] {
  const line = text.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? '';
  const fields: string[] = [];
  let rest: string | null = line;
  while (rest !== null) {
    const [all, quoted, plain]: RegExpExecArray | string[] = /^(?:"((?:[^"]|"")*)"|([^,]*))/.exec(rest) ?? [
      '',
    ];
    fields.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    const comma: number = rest.indexOf(',', all.length);
    rest = comma < 0 ? null : rest.slice(comma + 1);
  }
  return fields;
}
