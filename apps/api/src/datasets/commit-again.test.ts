import { type Dataset, datasetSpecSchema, type TestSplit } from '@holdfast/contracts/dataset';
import { openTestRows, sealTestRows } from '@holdfast/db/seal-test-rows';
import sodium from 'libsodium-wrappers';
import { describe, expect, it } from 'vitest';
import { assembleDataset } from './assemble-dataset.ts';
import { commitAgain } from './commit-again.ts';
import { gatherRows } from './dataset-rows.ts';
import { describeFeatures } from './describe-features.ts';
import { readTable } from './read-table.ts';
import { makeSpiralDataset } from './spiral-dataset.ts';
import { withTestRows } from './with-test-rows.ts';

const header = 'size,colour,sold,day,note,who,kind\n';
const line = (i: number) =>
  `${i % 9 === 0 ? '' : (i * 37) % 101},${['red', 'green', ''][i % 3]},${i % 4 === 0},2024-01-${10 + (i % 20)},n${i},p${i % 7},${i % 2 ? 'a' : 'b'}\n`;
const csv = (from: number, count: number) =>
  header + Array.from({ length: count }, (_, i) => line(from + i)).join('');
const bytes = (text: string) =>
  (async function* () {
    yield Buffer.from(text);
  })();

/** As the service does it when a data set is created, and the evaluator when it opens the box. */
async function sealAndOpen(given: object, file?: string, testFile?: string) {
  await sodium.ready;
  const keys = sodium.crypto_box_keypair();
  const spec = datasetSpecSchema.parse({ name: 'n', allowLeak: true, ...given });
  const data = spec.source
    ? makeSpiralDataset(spec, spec.source)
    : assembleDataset(
        withTestRows(
          await readTable(bytes(file!)),
          testFile ? await readTable(bytes(testFile)) : undefined,
          spec,
        ),
        spec,
      );
  const { trainingRows, testRows } = data.split;
  const [training, test] = [gatherRows(data, trainingRows), gatherRows(data, testRows)];
  const features = describeFeatures(data, training, test);
  const provenance = { split: spec.test, source: spec.source };
  const publicKey = Buffer.from(keys.publicKey).toString('base64');
  const { box, commitment } = await sealTestRows(publicKey, provenance, { ...data, kinds: features }, test);
  const opened = await openTestRows(box, keys, commitment);
  const { task, group, time } = spec;
  return {
    commitment,
    dataset: { name: 'n', task, target: data.target, group, time, features } as Dataset,
    // As it comes out of a JSON document whose keys are sorted.
    opening: {
      salt: opened.salt,
      split: Object.fromEntries(Object.entries(opened.provenance.split).sort()) as TestSplit,
      source: opened.provenance.source,
    },
  };
}

describe('the commitment to test rows', () => {
  it.each([
    { test: { kind: 'random', fraction: 0.3, seed: 4 } },
    { test: { kind: 'grouped', seed: 2 }, group: 'who' },
    { test: { kind: 'latest' }, time: 'day' },
    { test: { kind: 'blocks', count: 4, gap: 1 }, time: 'day' },
    { test: { kind: 'rows', from: 50 } },
  ])('is made again from the file and what a reveal opens: $test.kind', async (more) => {
    const file = csv(0, 60);
    const missing = { colour: { missing: 'mostFrequent' } };
    const sealed = await sealAndOpen({ target: 'kind', drop: ['note'], columns: missing, ...more }, file);
    const { commitment, dataset, opening } = sealed;
    expect(await commitAgain(dataset, opening, { file: bytes(file) })).toBe(commitment);
    // One cell of one row, a row less, another salt.
    const changed = file.replaceAll(',true,', ',false,');
    expect(await commitAgain(dataset, opening, { file: bytes(changed) })).not.toBe(commitment);
    expect(await commitAgain(dataset, opening, { file: bytes(csv(0, 59)) })).not.toBe(commitment);
    const salt = Buffer.alloc(32).toString('base64');
    expect(await commitAgain(dataset, { ...opening, salt }, { file: bytes(file) })).not.toBe(commitment);
  });

  it('is made again from two files, and from generated data', async () => {
    const spec = { target: 'kind', drop: ['note', 'who'], test: { kind: 'file' } };
    const two = await sealAndOpen(spec, csv(0, 40), csv(40, 15));
    const files = { file: bytes(csv(0, 40)), test: bytes(csv(40, 15)) };
    expect(await commitAgain(two.dataset, two.opening, files)).toBe(two.commitment);
    const spiral = await sealAndOpen({ source: { kind: 'spiral', samplesPerClass: 20, seed: 3 } });
    expect(await commitAgain(spiral.dataset, spiral.opening, {})).toBe(spiral.commitment);
  });
});
