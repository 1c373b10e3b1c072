/** What scripts can rely on; docs/cli.md lists them. */
export const exitCodes = {
  ok: 0,
  /** Anything that is not below. */
  failed: 1,
  /** The command line, or a file that it names, cannot be used. */
  usage: 2,
  /** Nothing answers at the address, or the service is not ready. */
  unreachable: 3,
  /** No key, a wrong one, or one that may not do this (401, 403). */
  denied: 4,
  /** No such data set, search, trial or key (404). */
  notFound: 5,
  /** The service refused the request (400, 409, 413, 415, 422, 429). */
  refused: 6,
  /** The search that was waited for failed or was cancelled. */
  searchFailed: 7,
  /** A search that was run again gave other bytes, or a ledger does not verify. */
  differs: 8,
  /** Ctrl-C. */
  interrupted: 130,
} as const;
