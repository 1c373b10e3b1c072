/** A key of 128 random bits. `crypto.randomUUID` is there only where a page came by HTTPS or from the machine itself; this is everywhere. */
export function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
