/** The name is held by another data set. */
export class NameTakenError extends Error {
  override readonly name = 'NameTakenError';
}

/** Something of this id is there already: a creation that was tried twice. */
export class IdTakenError extends Error {
  override readonly name = 'IdTakenError';
}

/** The data set is not there, or was deleted meanwhile. */
export class DatasetMissingError extends Error {
  override readonly name = 'DatasetMissingError';
}

/** The database cannot be brought to the state that this version of Holdfast needs. The message names the way out. */
export class MigrationError extends Error {
  override readonly name: string = 'MigrationError';
}

/** The owner has not brought the tables to the version of this process yet, or has given its login no rights on them. */
export class NotMigratedError extends MigrationError {
  override readonly name = 'NotMigratedError';
}

/** Postgres's error code and the constraint that was violated, where an error has them. */
export function violatedConstraint(error: unknown): { code: string; constraint: string | undefined } | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const constraint =
    'constraint' in error && typeof error.constraint === 'string' ? error.constraint : undefined;
  return { code: error.code, constraint };
}
