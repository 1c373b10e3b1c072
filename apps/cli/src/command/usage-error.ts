/** The command line, or a file that it names, cannot be used; the message says what would do. */
export class UsageError extends Error {
  override name = 'UsageError';
}
