import type { Search } from '@holdfast/contracts/search';
import { api } from '../session/session.ts';

/** Uploads the example data where they are missing, and submits the example search; both come with the page. */
export async function runExample(): Promise<Search> {
  const { items } = await api.listDatasets({ limit: 1000 });
  if (!items.some(({ name }) => name === 'iris')) {
    const data = await (await fetch('/examples/data/iris.csv')).blob();
    await api.uploadDataset({ name: 'iris', target: 'species' }, data, 'iris.csv');
  }
  return api.createSearch(await (await fetch('/examples/iris-grid.json')).json());
}
