/** Below the sizes at which a single value gets dear to read, send and hold. */
export const chunkBytes = 4 * 1024 * 1024;

/** The bytes under a typed array, as they lie in memory: little-endian on every platform that Node runs on. */
export function bytesOf(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

/** Pieces of at most `chunkBytes`, in order, as views; an empty array has one empty piece, so that it is there at all. */
export function* chunksOf(bytes: Buffer): Generator<{ number: number; bytes: Buffer }> {
  let number = 0;
  do {
    const from = number * chunkBytes;
    yield { number, bytes: bytes.subarray(from, from + chunkBytes) };
    number += 1;
  } while (number * chunkBytes < bytes.length);
}
