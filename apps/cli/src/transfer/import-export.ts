import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import type { Dataset } from '@holdfast/contracts/dataset';
import type { Search } from '@holdfast/contracts/search';
import { mostTags } from '@holdfast/contracts/search-tags';
import { numericsVersion } from '@holdfast/contracts/versions';
import type { ExportFile } from './export-file.ts';

/**
 * Submits an exported search: on the data set with the same training rows where there is one, else on one made of the rows in
 * the export.
 * @param tags more of them than it had
 * @throws Error where the rows are not to be had, or the numbers are not those of this version
 */
export async function importExport(
  client: HoldfastClient,
  exported: ExportFile,
  tags: readonly string[] = [],
): Promise<Search> {
  if (exported.numericsVersion !== numericsVersion) {
    throw new Error(
      `The export is of numerics version ${exported.numericsVersion}, this is ${numericsVersion}: other bytes would come out. Use Holdfast ${exported.holdfastVersion}.`,
    );
  }
  const dataset = (await findSame(client, exported.dataset)) ?? (await addRows(client, exported));
  const search = await client.createSearch({
    ...exported.spec,
    name: exported.name,
    tags: [...exported.spec.tags.slice(0, mostTags - tags.length), ...tags],
    dataset: dataset.id,
  });
  if (exported.ownTrials.length === 0) return search;
  // Held, so that it is not over before its trials are all there.
  await client.pauseSearch(search.id);
  for (const trial of exported.ownTrials) await client.addTrial(search.id, trial);
  return client.resumeSearch(search.id);
}

async function findSame(
  client: HoldfastClient,
  { digest, group, time }: ExportFile['dataset'],
): Promise<Dataset | null> {
  for await (const dataset of client.eachDataset()) {
    if (dataset.digest === digest && dataset.group === group && dataset.time === time) return dataset;
  }
  return null;
}

async function addRows(client: HoldfastClient, { dataset }: ExportFile): Promise<Dataset> {
  const { name, digest, task, target, columns, csv, group, time } = dataset;
  if (csv === null) {
    const by = [group !== null && `--group ${group}`, time !== null && `--time ${time}`]
      .filter(Boolean)
      .join(' ');
    throw new Error(
      `The export holds no rows, and no data set here has its digest ${digest}. Add the data set ${JSON.stringify(name)} first${by === '' ? '' : `, with ${by}`}, and with the same test rows.`,
    );
  }
  const spec = {
    name: `${name} (training rows ${digest.slice(7, 15)})`,
    target: target.length === 1 && task !== 'binary' ? target[0] : target,
    task,
    columns,
    test: { kind: 'none' },
  };
  const made = await client.uploadDataset(spec, new Blob([csv]), 'rows.csv');
  if (made.digest === digest) return made;
  await client.deleteDataset(made.id);
  throw new Error(`The rows of the export do not give its digest ${digest}: they were changed.`);
}
