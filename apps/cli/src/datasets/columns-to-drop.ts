import { HttpError } from '@holdfast/client/http-error';

/** A column that the service would be content without, and why, in one sentence. */
export interface DroppableColumn {
  name: string;
  reason: string;
}

/** The columns to leave out of a refused data set, where that would mend all that is wrong with it; else none. */
export function columnsToDrop(error: unknown): DroppableColumn[] {
  if (!(error instanceof HttpError) || error.status !== 422) return [];
  const { errors = [] } = error.problem;
  if (!errors.every(({ suggestion }) => suggestion)) return [];
  return errors.flatMap(({ message, suggestion }) =>
    // The first sentence says why; the others are for whoever is to mend it.
    suggestion!.drop.map((name) => ({ name, reason: message.split(/(?:\. |; )/)[0]! })),
  );
}
