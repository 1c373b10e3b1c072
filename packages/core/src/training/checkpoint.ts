import type { Curves } from '@holdfast/contracts/trial';

/** Where a training stands between two of its epochs, with the curves until then. */
export interface Checkpoint {
  curves: Curves;
  /** The engine's; see `EngineTraining.saveState`. */
  state: Uint8Array;
}

const headerBytes = 4;

/** The length of the curves in bytes (uint32, little-endian), the curves as JSON in UTF-8, the engine's state. */
export function encodeCheckpoint({ curves, state }: Checkpoint): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(curves));
  const bytes = new Uint8Array(headerBytes + text.length + state.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, headerBytes);
  bytes.set(state, headerBytes + text.length);
  return bytes;
}

/** @throws RangeError where the bytes are not those of a checkpoint */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const length =
    bytes.length < headerBytes
      ? Infinity
      : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  if (headerBytes + length > bytes.length) throw new RangeError('The checkpoint is cut off');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(
      bytes.subarray(headerBytes, headerBytes + length),
    );
    // A copy, since an engine may read words, which need even addresses.
    return { curves: JSON.parse(text), state: bytes.slice(headerBytes + length) };
  } catch (error) {
    throw new RangeError('The checkpoint is damaged', { cause: error });
  }
}
