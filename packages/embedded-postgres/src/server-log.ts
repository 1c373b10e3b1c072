import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

const rotateBytes = 8 * 1024 * 1024;
const tailBytes = 16 * 1024;

/** The file that the server's output is appended to, below the data folder. */
export class ServerLog {
  readonly path: string;
  #startOffset = 0;

  constructor(dataFolder: string) {
    this.path = join(dataFolder, 'server.log');
  }

  /** Opens the log for a new server, after moving a long one to `server.log.1`. The caller closes the handle. */
  async open(): Promise<FileHandle> {
    const before = await stat(this.path).catch(() => null);
    if (before && before.size > rotateBytes) await rename(this.path, `${this.path}.1`);
    const handle = await open(this.path, 'a', 0o600);
    this.#startOffset = (await handle.stat()).size;
    return handle;
  }

  /** What was written since `open`, at most its last 16 kB. */
  async sinceOpen(): Promise<string> {
    const handle = await open(this.path, 'r').catch(() => null);
    if (!handle) return '';
    try {
      const { size } = await handle.stat();
      const from = Math.max(this.#startOffset, size - tailBytes);
      if (size <= from) return '';
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), { position: from });
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  }
}

/** The last lines as one line, for an error's message. */
export function lastLines(text: string, count = 5): string {
  return text.trim().split('\n').slice(-count).join(' | ');
}
