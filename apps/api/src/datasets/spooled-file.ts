import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const cipherName = 'aes-256-ctr';
const blockBytes = 16;

/**
 * Bytes that are wanted in another order than they come in, on disk. Test rows are among them, so they are encrypted with a key
 * that never leaves this process, and the file has no name as soon as it is open: whatever ends the process ends it too.
 */
export class SpooledFile {
  readonly #file: FileHandle;
  readonly #key: Buffer;
  readonly byteLength: number;

  private constructor(file: FileHandle, key: Buffer, byteLength: number) {
    this.#file = file;
    this.#key = key;
    this.byteLength = byteLength;
  }

  /** Takes all that comes; close it in the end. */
  static async from(chunks: AsyncIterable<Uint8Array>): Promise<SpooledFile> {
    const path = join(tmpdir(), `holdfast-${randomBytes(12).toString('hex')}`);
    const file = await open(path, 'wx+', 0o600);
    try {
      await unlink(path);
      const key = randomBytes(32);
      const cipher = createCipheriv(cipherName, key, counterAt(0));
      let bytes = 0;
      for await (const chunk of chunks) {
        await file.write(cipher.update(chunk), 0, chunk.length, bytes);
        bytes += chunk.length;
      }
      return new SpooledFile(file, key, bytes);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Bytes `from` to `to`, as of an ArrayBuffer: negative ones count from the end. */
  async slice(from: number, to: number = this.byteLength): Promise<ArrayBuffer> {
    const place = (at: number) => Math.min(this.byteLength, Math.max(0, at < 0 ? this.byteLength + at : at));
    const [start, end] = [place(from), Math.max(place(from), place(to))];
    const block = Math.floor(start / blockBytes);
    const before = start - block * blockBytes;
    const sealed = Buffer.alloc(before + end - start);
    const { bytesRead } = await this.#file.read(sealed, 0, sealed.length, block * blockBytes);
    if (bytesRead !== sealed.length) throw new Error('A file that was put away for a moment is cut off');
    const clear = createDecipheriv(cipherName, this.#key, counterAt(block)).update(sealed);
    return new Uint8Array(clear.subarray(before)).buffer;
  }

  async close(): Promise<void> {
    this.#key.fill(0);
    await this.#file.close();
  }
}

/** The counter of a block of the file: the key is never used for another. */
function counterAt(block: number): Buffer {
  const counter = Buffer.alloc(blockBytes);
  counter.writeBigUInt64BE(BigInt(block), 8);
  return counter;
}
