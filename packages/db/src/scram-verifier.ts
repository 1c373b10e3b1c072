import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** As Postgres makes them. */
const iterations = 4096;

/**
 * What Postgres keeps of a password: `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey` (RFC 5802, section 3; RFC 7677).
 * Given in place of the password it is stored as it is.
 *
 * @throws RangeError for a password that is not printable ASCII: clients differ in how they prepare others
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  if (!/^[\x20-\x7e]+$/.test(password)) {
    throw new RangeError("A database login's password must be printable ASCII.");
  }
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const keyed = (words: string) => createHmac('sha256', salted).update(words).digest();
  const storedKey = createHash('sha256').update(keyed('Client Key')).digest('base64');
  const serverKey = keyed('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
