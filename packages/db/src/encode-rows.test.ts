import { describe, expect, it } from 'vitest';
import type { TrainingRows } from './datasets.ts';
import { digestDataset } from './digest-dataset.ts';
import { decodeRows, encodeRows } from './encode-rows.ts';

const description = { task: 'classification', target: ['c'], features: ['x', 'ÿ'], classes: ['a', 'b'] };
const rows: TrainingRows = {
  rows: 2,
  columns: 2,
  features: Float64Array.from([1, -0, 0.1, 5e-324]),
  targets: Int32Array.from([1, 0]),
  groups: null,
  times: null,
};

describe('the byte form of rows', () => {
  it('is what it is said to be', () => {
    const bytes = Buffer.concat([...encodeRows(description, rows)]);
    const end = bytes.indexOf(10);
    expect(bytes.subarray(0, end).toString()).toBe(
      '{"format":"holdfast-rows-1","task":"classification","target":["c"],"features":["x","ÿ"],"classes":["a","b"],"rows":2,"columns":2,"targets":"int32","groups":false,"times":false}',
    );
    expect(bytes.subarray(end + 1).toString('hex')).toBe(
      '000000000000f03f' +
        '0000000000000080' +
        '9a9999999999b93f' +
        '0100000000000000' +
        '01000000' +
        '00000000',
    );
  });

  it.each<[string, string, TrainingRows]>([
    ['classes', 'classification', rows],
    [
      'binary outputs',
      'binary',
      { ...rows, targets: Uint8Array.from([1, 0]), groups: Int32Array.from([7, 8]) },
    ],
    [
      'quantities',
      'regression',
      { ...rows, targets: Float64Array.from([1.5, 0]), times: Float64Array.from([3, 4]) },
    ],
  ])('comes back: %s', (_, task, some) => {
    const bytes = Buffer.concat([...encodeRows({ ...description, task }, some)]);
    expect(decodeRows(bytes)).toEqual({ description: { ...description, task }, rows: some });
    expect(() => decodeRows(bytes.subarray(0, -1))).toThrow(/cut off/);
    expect(() => decodeRows(Buffer.concat([bytes, bytes]))).toThrow(/Bytes follow/);
  });

  it('comes in pieces where there is much of it', () => {
    const features = new Float64Array(1_500_000).fill(1);
    const many = { ...rows, rows: 750_000, features, targets: new Int32Array(750_000) };
    const pieces = [...encodeRows(description, many)];
    expect(Math.max(...pieces.map((piece) => piece.length))).toBe(4 * 2 ** 20);
    expect(pieces.slice(1).reduce((sum, piece) => sum + piece.length, 0)).toBe(1_500_000 * 8 + 750_000 * 4);
  });
});

describe('the digest', () => {
  it('is this one, on every machine', async () => {
    expect(await digestDataset(description, rows)).toBe(
      'sha256:4b379dab0ec79160888b66ad84bb0a640990e9513b957cc9530b258fbe473cc4',
    );
  });

  it('changes with a number, a name, a class and the task, and with nothing else', async () => {
    const of = (some: Partial<TrainingRows>, named: Partial<typeof description> = {}) =>
      digestDataset({ ...description, ...named }, { ...rows, ...some });
    const digests = await Promise.all([
      of({}),
      of({ features: Float64Array.from([1, 0, 0.1, 5e-324]) }),
      of({ targets: Int32Array.from([0, 1]) }),
      of({ groups: new Int32Array(2) }),
      of({ times: new Float64Array(2) }),
      of({}, { features: ['x', 'y'] }),
      of({}, { classes: ['a', 'c'] }),
      of({}, { target: ['d'] }),
      of({}, { task: 'other' }),
    ]);
    expect(new Set(digests).size).toBe(digests.length);
    const shared = new Float64Array(new SharedArrayBuffer(32));
    shared.set(rows.features);
    expect(await of({ features: shared })).toBe(digests[0]);
  });
});
