/** What was named is not there; the message says where to look. */
export class NotFoundError extends Error {
  override name = 'NotFoundError';
}
