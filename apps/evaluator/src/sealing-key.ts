import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import sodium from 'libsodium-wrappers';
import { z } from 'zod';

/** Curve25519 key pair of libsodium's sealed boxes, in base64. */
const keyPairSchema = z.strictObject({ publicKey: z.base64(), privateKey: z.base64() });
export type SealingKey = z.infer<typeof keyPairSchema>;

/**
 * The key pair that test rows are sealed to: read from `file`, or made and written there (mode 0600)
 * at the first start.
 *
 * @throws Error where the file is there but is not such a key: a new one would lose every sealed test set.
 */
export async function loadSealingKey(file: string): Promise<SealingKey> {
  await sodium.ready;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text !== null) return parseKey(file, text);

  const pair = sodium.crypto_box_keypair();
  const key = {
    publicKey: sodium.to_base64(pair.publicKey, sodium.base64_variants.ORIGINAL),
    privateKey: sodium.to_base64(pair.privateKey, sodium.base64_variants.ORIGINAL),
  };
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await chmod(dirname(file), 0o700);
  // Written whole, then renamed: a crash leaves no half a key.
  const unfinished = `${file}.new`;
  const handle = await open(unfinished, 'w', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(key)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, file);
  return key;
}

function parseKey(file: string, text: string): SealingKey {
  try {
    return keyPairSchema.parse(JSON.parse(text));
  } catch {
    throw new Error(
      `${file} is not a sealing key. Put the right file back: without it no sealed test set can be opened.`,
    );
  }
}
