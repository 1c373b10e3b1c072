import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import type { SearchSpecInput } from '@holdfast/contracts/search-spec';

/** The repository's examples, beside apps. */
const examples = fileURLToPath(new URL('../../../../examples', import.meta.url));

/** Creates the example data sets: spiral (made), iris and digits (real). */
export async function loadExampleData(client: HoldfastClient): Promise<void> {
  await client.generateDataset({
    name: 'spiral',
    source: { kind: 'spiral', samplesPerClass: 500, classes: 3, noise: 0.2, seed: 0 },
  });
  await client.uploadDataset(
    { name: 'iris', target: 'species' },
    await openAsBlob(join(examples, 'data/iris.csv')),
    'iris.csv',
  );
  await client.uploadDataset(
    { name: 'digits', target: 'digit' },
    await openAsBlob(join(examples, 'data/digits.csv.gz')),
    'digits.csv.gz',
  );
}

export async function readExampleSearch(): Promise<SearchSpecInput> {
  return JSON.parse(await readFile(join(examples, 'first-search.json'), 'utf8'));
}
