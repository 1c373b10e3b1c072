/** 64 bits as 16 lowercase hexadecimal digits: safe in JSON, which rounds integers above 2^53. */
export type Seed = string;

const MASK = 0xffffffffffffffffn;
const rotate = (x: bigint, bits: bigint): bigint => ((x << bits) | (x >> (64n - bits))) & MASK;

/**
 * SipHash-2-4 of the bytes under a 128-bit key given as two 64-bit halves.
 * Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", Indocrypt 2012.
 */
export function sipHash(bytes: Uint8Array, key0: bigint, key1: bigint): bigint {
  let v0 = key0 ^ 0x736f6d6570736575n;
  let v1 = key1 ^ 0x646f72616e646f6dn;
  let v2 = key0 ^ 0x6c7967656e657261n;
  let v3 = key1 ^ 0x7465646279746573n;
  const mix = (): void => {
    v0 = (v0 + v1) & MASK;
    v1 = rotate(v1, 13n) ^ v0;
    v0 = rotate(v0, 32n);
    v2 = (v2 + v3) & MASK;
    v3 = rotate(v3, 16n) ^ v2;
    v0 = (v0 + v3) & MASK;
    v3 = rotate(v3, 21n) ^ v0;
    v2 = (v2 + v1) & MASK;
    v1 = rotate(v1, 17n) ^ v2;
    v2 = rotate(v2, 32n);
  };
  const absorb = (word: bigint): void => {
    v3 ^= word;
    mix();
    mix();
    v0 ^= word;
  };
  const whole = bytes.length - (bytes.length % 8);
  for (let start = 0; start < whole; start += 8) absorb(littleEndian(bytes, start, 8));
  absorb(littleEndian(bytes, whole, bytes.length - whole) | (BigInt(bytes.length & 0xff) << 56n));
  v2 ^= 0xffn;
  for (let round = 0; round < 4; round++) mix();
  return v0 ^ v1 ^ v2 ^ v3;
}

function littleEndian(bytes: Uint8Array, start: number, count: number): bigint {
  let word = 0n;
  for (let i = count - 1; i >= 0; i--) word = (word << 8n) | BigInt(bytes[start + i]!);
  return word;
}

const NUMBER_TAG = 1;
const STRING_TAG = 2;

/** Tagged and with lengths, so that no two lists of parts share their bytes. */
function encode(parts: readonly (number | string)[]): Uint8Array {
  const bytes: number[] = [];
  for (const [position, part] of parts.entries()) {
    const tagged = typeof part === 'string' ? 4 + 2 * part.length : 8;
    const chunk = new DataView(new ArrayBuffer(1 + tagged));
    if (typeof part === 'string') {
      chunk.setUint8(0, STRING_TAG);
      chunk.setUint32(1, part.length, true);
      for (let i = 0; i < part.length; i++) chunk.setUint16(5 + 2 * i, part.charCodeAt(i), true);
    } else {
      if (!Number.isFinite(part))
        throw new RangeError(`Part ${position} of a seed is ${part}; give a finite number`);
      chunk.setUint8(0, NUMBER_TAG);
      // −0 and 0 are the same number to whoever wrote the spec.
      chunk.setFloat64(1, part === 0 ? 0 : part, true);
    }
    for (let i = 0; i < chunk.byteLength; i++) bytes.push(chunk.getUint8(i));
  }
  return Uint8Array.from(bytes);
}

/**
 * The seed of a part of a search, for example `deriveSeed(searchSeed, trial, repeat, fold)`: a 64-bit hash
 * (SipHash-2-4 under a zero key) of the search's seed and the parts in order. `1` and `'1'` are different parts.
 * @throws RangeError for a number that is not finite.
 */
export function deriveSeed(searchSeed: number, ...parts: (number | string)[]): Seed {
  return sipHash(encode([searchSeed, ...parts]), 0n, 0n)
    .toString(16)
    .padStart(16, '0');
}

/** The two 32-bit words of a seed, high first. @throws RangeError for anything but 16 hexadecimal digits. */
export function seedWords(seed: Seed): readonly [number, number] {
  if (!/^[0-9a-f]{16}$/.test(seed))
    throw new RangeError(`A seed is 16 lowercase hexadecimal digits, not "${seed}"`);
  return [Number.parseInt(seed.slice(0, 8), 16), Number.parseInt(seed.slice(8), 16)];
}
