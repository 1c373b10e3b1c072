import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import type { Search } from '@holdfast/contracts/search';
import { learningCurveTag, reproducedTag } from '@holdfast/contracts/search-tags';
import { NotFoundError } from '../command/not-found-error.ts';
import { UsageError } from '../command/usage-error.ts';

export const searchArgument = 'id or name of a search, or "latest"';

/** Submitted for the sake of another search: nobody means it by "latest". */
const isHelper = ({ nestedIn, tags }: Search) =>
  nestedIn !== null || tags.includes(learningCurveTag) || tags.includes(reproducedTag);

/**
 * The id of the search that is meant.
 * @throws NotFoundError where no search has the name
 * @throws UsageError where several have
 */
export async function resolveSearch(client: HoldfastClient, given: string): Promise<string> {
  if (/^se_[0-9a-z]{20}$/.test(given)) return given;
  const found: Search[] = [];
  for await (const search of client.eachSearch()) {
    if (given === 'latest' && !isHelper(search)) return search.id;
    if (search.name === given) found.push(search);
  }
  if (found.length === 1) return found[0]!.id;
  if (found.length > 1) {
    throw new UsageError(
      `${found.length} searches are named ${JSON.stringify(given)}. Give the id:\n${found
        .slice(0, 5)
        .map(
          ({ id, status, createdAt }) => `  ${id}  ${status}, of ${createdAt.slice(0, 16).replace('T', ' ')}`,
        )
        .join('\n')}`,
    );
  }
  const what = given === 'latest' ? 'There is no search yet' : `No search is named ${JSON.stringify(given)}`;
  throw new NotFoundError(`${what}. "holdfast searches list" shows what there is.`);
}
