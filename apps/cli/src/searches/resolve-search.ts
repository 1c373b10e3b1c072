import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import { UsageError } from '../command/usage-error.ts';

export const searchArgument = 'id or name of a search, or "latest"';

/**
 * The id of the search that is meant.
 * @throws UsageError where no search has the name, or several have
 */
export async function resolveSearch(client: HoldfastClient, given: string): Promise<string> {
  if (/^se_[0-9a-z]{20}$/.test(given)) return given;
  const found: string[] = [];
  for await (const { id, name } of client.eachSearch()) {
    if (given === 'latest') return id;
    if (name === given) found.push(id);
  }
  if (found.length === 1) return found[0]!;
  if (found.length > 1) {
    throw new UsageError(
      `${found.length} searches are named ${JSON.stringify(given)}: ${found.slice(0, 5).join(', ')}. Give the id.`,
    );
  }
  const what = given === 'latest' ? 'There is no search yet' : `No search is named ${JSON.stringify(given)}`;
  throw new UsageError(`${what}. "holdfast searches list" shows what there is.`);
}
