import { describe, expect, it } from 'vitest';
import { assembleDataset } from './assemble-dataset.ts';
import { hashRows } from './hash-rows.ts';
import { parseDatasetSpec } from './parse-dataset-spec.ts';
import { readTable } from './read-table.ts';

const key = Buffer.alloc(32, 7);

async function hashesOf(csv: string, spec: object = { target: 't' }, by = key): Promise<string[]> {
  async function* once() {
    yield Buffer.from(csv);
  }
  const data = assembleDataset(
    await readTable(once()),
    parseDatasetSpec({ name: 'n', test: { kind: 'none' }, ...spec }),
  );
  return [...(await hashRows(by, data))].map(String);
}

describe('rows are known again', () => {
  const csv = 'a,b,c,t\n1,2,x,yes\n-0,,y,no\n3,4,,yes\n1,2,x,no\n';

  it('in another order, with other names, other columns beside and another form of their numbers', async () => {
    const first = await hashesOf(csv);
    expect(new Set(first).size).toBe(4);
    const other = 'g;C;B;t;A\n7;y;;no;0\n7;x;2.0;yes;1\n7;;4e0;yes;3,00\n7;x;2;no;1.0\n'.replace('3,00', '3');
    const again = await hashesOf(other, { target: 't', group: 'g', test: { kind: 'none' } });
    expect(again).toEqual([first[1], first[0], first[2], first[3]]);
  });

  it('by their values, not by what a number and a text have in common', async () => {
    const [number] = await hashesOf('a,b,t\n5,1,x\n6,1,y\n5,1,x\n6,1,y\n');
    const [text] = await hashesOf('a,b,t\n5,1,x\n6,1,y\n5,1,x\n6,1,y\n', {
      target: 't',
      columns: { a: 'category' },
    });
    expect(text).not.toBe(number);
  });

  it('by nobody who has not the key', async () => {
    expect(await hashesOf(csv, undefined, Buffer.alloc(32, 8))).not.toEqual(await hashesOf(csv));
  });
});
