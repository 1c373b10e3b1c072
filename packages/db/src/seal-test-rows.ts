import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { SpiralSource, TestSplit } from '@holdfast/contracts/dataset';
import sodium from 'libsodium-wrappers';
import type { TrainingRows } from './datasets.ts';
import { decodeRows, encodeRows, type RowsDescription } from './encode-rows.ts';

/** How the rows were chosen and made. Whoever has it may be able to make them again, so it is sealed with them. */
export interface Provenance {
  split: TestSplit;
  source: SpiralSource | null;
}

const magic = Buffer.from('HFBOX1');
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
const saltBytes = 32;
/** libsodium's crypto_box_SEALBYTES. */
const sealBytes = 48;
const headerBytes = magic.length + keyBytes + sealBytes + ivBytes + tagBytes;

/**
 * Locks test rows away: only who has the private key opens the box again.
 *
 * Sealed are salt ‖ length of the provenance (uint32, little-endian) ‖ provenance (JSON) ‖ rows (see `encodeRows`), the
 * salt being 32 random bytes. The commitment is the SHA-256 of all of it: it can be published, since nobody can
 * try guesses without the salt, and shows at the opening that the rows are those of the beginning.
 *
 * The box is `HFBOX1` ‖ a random key in a libsodium sealed box (X25519, XSalsa20-Poly1305) ‖ iv ‖ tag ‖ the sealed under
 * that key with AES-256-GCM: libsodium's WebAssembly alone would hold the event loop for 15 ms a megabyte.
 * @param publicKey the evaluator's, 32 bytes in base64
 */
export async function sealTestRows(
  publicKey: string,
  provenance: Provenance,
  description: RowsDescription,
  rows: TrainingRows,
): Promise<{ box: Uint8Array; commitment: string }> {
  await sodium.ready;
  const evaluator = Buffer.from(publicKey, 'base64');
  if (evaluator.length !== sodium.crypto_box_PUBLICKEYBYTES) {
    throw new RangeError(
      `The evaluator's public key must be 32 bytes in base64, not ${evaluator.length} bytes`,
    );
  }
  const key = randomBytes(keyBytes);
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const hash = createHash('sha256');
  const sealed: Buffer[] = [];
  for (const piece of piecesOf(randomBytes(saltBytes), provenance, description, rows)) {
    hash.update(piece);
    sealed.push(cipher.update(piece));
    await setImmediate();
  }
  sealed.push(cipher.final());
  const sealedKey = sodium.crypto_box_seal(key, evaluator);
  key.fill(0);
  const box = Buffer.concat([magic, sealedKey, iv, cipher.getAuthTag(), ...sealed]);
  return { box, commitment: `sha256:${hash.digest('hex')}` };
}

/** What is sealed, and what the commitment is the SHA-256 of. The salt given is overwritten. */
function* piecesOf(
  salt: Buffer,
  provenance: Provenance,
  description: RowsDescription,
  rows: TrainingRows,
): Generator<Buffer> {
  const origin = Buffer.from(JSON.stringify(provenance));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(origin.length);
  for (const piece of [salt, length, origin]) {
    yield piece;
    piece.fill(0);
  }
  yield* encodeRows(description, rows);
}

/**
 * The commitment to test rows, made again from what a reveal publishes: the same one shows that they are the rows that were
 * sealed.
 * @param salt base64
 */
export function commitmentOf(
  salt: string,
  provenance: Provenance,
  description: RowsDescription,
  rows: TrainingRows,
): string {
  const hash = createHash('sha256');
  for (const piece of piecesOf(Buffer.from(salt, 'base64'), provenance, description, rows))
    hash.update(piece);
  return `sha256:${hash.digest('hex')}`;
}

/**
 * Opens a box.
 * @throws Error where it is not for this key, was changed, or does not hold what the commitment says
 */
export async function openTestRows(
  box: Uint8Array,
  keys: { publicKey: Uint8Array; privateKey: Uint8Array },
  commitment: string,
): Promise<{ salt: string; provenance: Provenance; description: RowsDescription; rows: TrainingRows }> {
  await sodium.ready;
  const bytes = Buffer.from(box.buffer, box.byteOffset, box.byteLength);
  if (bytes.length < headerBytes || !bytes.subarray(0, magic.length).equals(magic)) {
    throw new Error('This is not a box of test rows');
  }
  let at = magic.length;
  const take = (length: number) => bytes.subarray(at, (at += length));
  const key = sodium.crypto_box_seal_open(take(keyBytes + sealBytes), keys.publicKey, keys.privateKey);
  const decipher = createDecipheriv('aes-256-gcm', key, take(ivBytes), { authTagLength: tagBytes });
  decipher.setAuthTag(take(tagBytes));
  const sealed = Buffer.concat([decipher.update(bytes.subarray(at)), decipher.final()]);
  const digest = createHash('sha256').update(sealed).digest();
  const promised = Buffer.from(commitment.replace('sha256:', ''), 'hex');
  if (promised.length !== digest.length || !timingSafeEqual(digest, promised)) {
    throw new Error('The box does not hold what was committed to');
  }
  const originEnd = saltBytes + 4 + sealed.readUInt32LE(saltBytes);
  const provenance = JSON.parse(sealed.subarray(saltBytes + 4, originEnd).toString()) as Provenance;
  const salt = sealed.subarray(0, saltBytes).toString('base64');
  return { salt, provenance, ...decodeRows(sealed.subarray(originEnd)) };
}
