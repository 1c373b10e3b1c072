/** A failure of the embedded server that the operator can mend; the message is one line and says how. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}
