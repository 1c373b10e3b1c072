import { searchSpecSchema } from '@holdfast/contracts/search-spec';
import { subspaceSchema } from '@holdfast/contracts/space';

/** The names at the top of a search. */
export const specFieldNames: ReadonlySet<string> = new Set(Object.keys(searchSpecSchema.shape));

/** The names in a space. */
export const spaceFieldNames: ReadonlySet<string> = new Set(Object.keys(subspaceSchema.shape));
