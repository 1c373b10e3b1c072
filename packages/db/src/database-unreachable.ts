const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * Postgres's own: shutting down, starting up; disk, memory or connections used up, a disk that fails; 08… is the class of
 * connection errors.
 */
const serverCodes = /^(57P0[1-4]|53[0-4]00|58030|08...)$/;
/** Prisma's: not reachable, timed out, closed by the server, no free connection. */
const prismaCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037']);
/** Errors that pg gives no code. */
const pgMessages =
  /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Query read timeout)/;

/**
 * Whether an error says that the database cannot be reached at the moment, as against a refusal or a bug: worth
 * another try, and a 503 for whoever waits. Looks into causes and aggregated errors.
 */
export function isDatabaseUnreachable(error: unknown): boolean {
  const seen = new Set<unknown>();
  const look = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return false;
    seen.add(value);
    const { code, originalCode, kind, message, cause, errors, syscall } = value as Record<string, unknown>;
    for (const given of [code, originalCode]) {
      if (typeof given !== 'string') continue;
      if (socketCodes.has(given) || serverCodes.test(given) || prismaCodes.has(given)) return true;
    }
    // A Unix socket that is not there; a file that is not there is something else.
    if (code === 'ENOENT' && syscall === 'connect') return true;
    if (kind === 'DatabaseNotReachable' || kind === 'ConnectionClosed' || kind === 'SocketTimeout')
      return true;
    if (typeof message === 'string' && pgMessages.test(message)) return true;
    return look(cause) || (Array.isArray(errors) && errors.some(look));
  };
  return look(error);
}
