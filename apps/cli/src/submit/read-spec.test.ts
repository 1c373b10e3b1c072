import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSpec } from './read-spec.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-spec-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

test('tells the line of a pointer, in YAML and in JSON', async () => {
  const yaml = write(
    'search.yaml',
    'dataset: iris\nspace:\n  - hiddenLayers: [[8]]\n    learningRate: { min: 1,\n      max: 2 }\n  - { a/b: 1 }\n',
  );
  const spec = await readSpec(yaml);
  expect(spec.value).toMatchObject({ dataset: 'iris' });
  expect(spec.placeOf('/dataset')).toBe(`${yaml}:1`);
  expect(spec.placeOf('/space/0/hiddenLayers')).toBe(`${yaml}:3`);
  expect(spec.placeOf('/space/0/learningRate/max')).toBe(`${yaml}:5`);
  expect(spec.placeOf('/space/1/a~1b')).toBe(`${yaml}:6`);
  const json = write('search.json', '{\n  "dataset": "iris",\n  "space": {\n    "epochs": 3 }\n}\n');
  expect((await readSpec(json)).placeOf('/space/epochs')).toBe(`${json}:4`);
});

test('tells none of what is not written there', async () => {
  const spec = await readSpec(write('short.yaml', 'dataset: iris\n'));
  expect(spec.placeOf('/space/epochs')).toBeUndefined();
  expect(spec.placeOf('/dataset/0')).toBeUndefined();
  expect(spec.placeOf('')).toBeUndefined();
});

test('refuses what is no search, and names the line of what is no YAML', async () => {
  await expect(readSpec(join(folder, 'none.yaml'))).rejects.toThrow(/none\.yaml cannot be read/);
  await expect(readSpec(write('list.yaml', '- iris\n'))).rejects.toThrow(/must hold one search/);
  await expect(readSpec(write('twice.yaml', 'seed: 1\nseed: 2\n'))).rejects.toThrow(/line 2/);
});
