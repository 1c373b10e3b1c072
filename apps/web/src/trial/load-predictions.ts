import type { OutOfFold } from '@holdfast/contracts/trial';
import { api } from '../session/session.ts';

/** As many as a picture can show. */
const most = 5000;
const page = 1000;

/** The first out-of-fold predictions of the first repeat; `complete` where these are all of it. */
export async function loadPredictions(
  search: string,
  trial: number,
): Promise<Pick<OutOfFold, 'outputs' | 'items'> & { complete: boolean }> {
  const items: OutOfFold['items'] = [];
  let outputs: string[] = [];
  let cursor: string | null = null;
  do {
    const answer: OutOfFold = await api.getOutOfFold(search, trial, {
      limit: page,
      ...(cursor === null ? {} : { cursor }),
    });
    outputs = answer.outputs;
    items.push(...answer.items.filter(({ repeat }) => repeat === 0));
    const further = answer.items.some(({ repeat }) => repeat > 0);
    cursor = further ? null : answer.nextCursor;
  } while (cursor !== null && items.length < most);
  return { outputs, items, complete: cursor === null };
}
