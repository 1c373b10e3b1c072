import { describe, expect, it } from 'vitest';
import { assembleDataset } from './assemble-dataset.ts';
import { DatasetError } from './dataset-error.ts';
import { parseDatasetSpec } from './parse-dataset-spec.ts';
import { readTable } from './read-table.ts';

async function assemble(csv: string, spec: object) {
  async function* chunks() {
    yield Buffer.from(csv);
  }
  const test = { kind: 'none' };
  return assembleDataset(await readTable(chunks()), parseDatasetSpec({ name: 'it', test, ...spec }));
}

async function refusal(csv: string, spec: object) {
  const error = await assemble(csv, spec).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DatasetError)) throw new Error(`expected a DatasetError, got ${error}`);
  return error.errors;
}

const flowers = `length,width,species
1,2,rose
3,4,lily
5,6,rose
7,8,lily
`;

describe('a data set out of a table', () => {
  it('of classes: by code point, features in the order of the file', async () => {
    const data = await assemble(flowers, { target: 'species' });
    expect(data).toMatchObject({
      task: 'classification',
      target: ['species'],
      features: ['length', 'width'],
      classes: ['lily', 'rose'],
      outputs: 2,
      rows: 4,
      groups: null,
      times: null,
    });
    expect(data.columns.map((column) => [...column])).toEqual([
      [1, 3, 5, 7],
      [2, 4, 6, 8],
    ]);
    expect([...data.targets]).toEqual([1, 0, 1, 0]);
    expect(data.targets).toBeInstanceOf(Int32Array);
  });

  it('orders classes by code point, not by UTF-16 unit, and numbers by their text', async () => {
    const names = ['\uff5e', '😀', 'a', 'B'];
    const texts = await assemble(`x,c\n${[...names, ...names].map((name, i) => `${i},${name}`).join('\n')}`, {
      target: 'c',
    });
    expect(texts.classes).toEqual(['B', 'a', '\uff5e', '😀']);
    const numbers = await assemble('x,c\n1,2\n2,10\n3,2.0\n4,1e1\n', { target: ['c'] });
    expect(numbers.classes).toEqual(['10', '2']);
    expect([...numbers.targets]).toEqual([1, 0, 1, 0]);
  });

  it('of binary outputs and of quantities', async () => {
    const csv = 'x,a,b\n1,0,1\n2,1,1\n3,1,0\n';
    const binary = await assemble(csv, { target: ['b', 'a'], task: 'binary' });
    expect(binary).toMatchObject({ classes: ['b', 'a'], outputs: 2, features: ['x'] });
    expect(binary.targets).toEqual(Uint8Array.from([1, 0, 1, 1, 0, 1]));
    const regression = await assemble(csv, { target: 'x', task: 'regression' });
    expect(regression).toMatchObject({ classes: [], outputs: 1, features: ['a', 'b'] });
    expect(regression.targets).toEqual(Float64Array.from([1, 2, 3]));
  });

  it('leaves dropped columns, group and time out of the features, whatever they hold', async () => {
    const csv = `id,when,who,note,x,c
007,2024-02-29,ann,,1,a
7,2024-02-28T23:00:00-02:00,bob,nan,2,b
x,2024-02-29 00:00:01.5,ann,,3,a
y,2024-03-01T00:00Z,cy,inf,4,b
`;
    const data = await assemble(csv, {
      target: 'c',
      drop: ['id', 'note'],
      group: 'who',
      time: 'when',
    });
    expect(data.features).toEqual(['x']);
    expect([...data.groups!]).toEqual([0, 1, 0, 2]);
    const day = Date.UTC(2024, 1, 29);
    expect([...data.times!]).toEqual([day, day + 3_600_000, day + 1500, day + 86_400_000]);
  });

  it('takes groups of numbers by their value', async () => {
    const data = await assemble('g,x,c\n1,1,a\n1.0,2,b\n2,3,a\n-0,3,b\n0,4,b\n', { target: 'c', group: 'g' });
    expect([...data.groups!]).toEqual([0, 0, 1, 2, 2]);
  });

  it('with groups and no test split named is split by group', () => {
    expect(parseDatasetSpec({ name: 'a', group: 'g' }).test.kind).toBe('grouped');
    expect(parseDatasetSpec({ name: 'a', group: 'g', test: { kind: 'none' } }).test.kind).toBe('none');
    expect(parseDatasetSpec({ name: 'a' }).test.kind).toBe('random');
  });
});

describe('errors that point into the spec', () => {
  it.each<[name: string, spec: object, pointer: string, message: RegExp]>([
    ['no target', {}, '/target', /Name the column.*"length", "width", "species"/],
    ['a target that is not there', { target: 'Specis' }, '/target', /no column "Specis".*Is "species" meant/],
    ['one of several', { target: ['species', 'x'], task: 'binary' }, '/target/1', /no column "x"/],
    ['the same twice', { target: ['width', 'width'], task: 'regression' }, '/target/1', /named twice/],
    ['several classes', { target: ['species', 'width'] }, '/target', /one target column.*"binary"/],
    ['an unknown dropped', { target: 'species', drop: ['width', 'lenght'] }, '/drop/1', /Is "length" meant/],
    ['the target dropped', { target: 'species', drop: ['species'] }, '/drop/0', /is the target/],
    ['nothing left', { target: 'species', drop: ['length', 'width'] }, '/drop', /No column is left/],
    ['unknown group', { target: 'species', group: 'g' }, '/group', /no column "g"/],
    ['the target as group', { target: 'species', group: 'species' }, '/group', /is the target/],
    [
      'unknown time',
      { target: 'species', time: 'when', test: { kind: 'latest' } },
      '/time',
      /no column "when"/,
    ],
    ['grouped without group', { target: 'species', test: { kind: 'grouped' } }, '/group', /needs the column/],
    ['latest without time', { target: 'species', test: { kind: 'latest' } }, '/time', /needs the column/],
    [
      'random with time',
      { target: 'species', time: 'width', test: { kind: 'random' } },
      '/test',
      /"latest".*allowLeak/,
    ],
    [
      'random with group',
      { target: 'species', group: 'width', test: { kind: 'random' } },
      '/test',
      /"grouped".*allowLeak/,
    ],
    ['a made-up field', { target: 'species', targets: 1 }, '/targets', /Unknown field/],
    ['a name like an id', { name: `ds_${'a'.repeat(20)}`, target: 'species' }, '/name', /like an id/],
  ])('%s', async (_, spec, pointer, message) => {
    const errors = await refusal(flowers, spec);
    expect(errors).toEqual([{ pointer, message: expect.stringMatching(message) }]);
  });

  it('lets a leak be, where it is allowed', async () => {
    const test = { kind: 'random', fraction: 0.25 };
    const rows = flowers + flowers.slice(flowers.indexOf('\n') + 1);
    const data = await assemble(rows, { target: 'species', time: 'width', allowLeak: true, test });
    expect(data.times).not.toBeNull();
    expect(data.split.testRows).toHaveLength(2);
  });

  it('tells all of them at once', async () => {
    const errors = await refusal(flowers, { target: 'x', drop: ['y'], time: 'z', test: { kind: 'random' } });
    expect(errors.map((error) => error.pointer)).toEqual(['/target', '/drop/0', '/time', '/test']);
  });
});

describe('errors that name line and column', () => {
  it.each<[name: string, csv: string, spec: object, message: RegExp]>([
    [
      'text in a feature',
      'x,y,c\n1,2,a\n3,four,b\n',
      {},
      /^Line 3, column 2 \("y"\): "four" is not a number\. .*"drop": \["y"\]/,
    ],
    ['no value at all', 'x,y,c\n,2,a\nNA,4,a\n', {}, /^Column 1 \("x"\): The column has no value in any row/],
    [
      'a missing quantity',
      'x,c\n1,2\n2,?\n',
      { task: 'regression' },
      /^Line 3, column 2 \("c"\): "\?" is a missing value/,
    ],
    [
      'leading zeros among numbers',
      'zip,c\n12345,a\n999,a\n01234,b\n',
      {},
      /^Line 4, .*"01234" has leading zeros.*"columns": \{ "zip": "category" \}/,
    ],
    [
      'a date of another form',
      't,c\n2024-02-29,a\n2024-03-01,a\n1/4/2024,b\n',
      {},
      /^Line 4, .*may be two days/,
    ],
    [
      'texts for numbers that were asked for',
      'x,c\n1,a\nlow,b\n',
      { columns: { x: 'number' } },
      /^Line 3, .*"low" is not a number/,
    ],
    [
      'neither true nor false',
      'x,c\nyes,a\nperhaps,b\n',
      { columns: { x: { kind: 'boolean' } } },
      /^Line 3, .*"perhaps" is neither true nor false/,
    ],
    [
      'names of all rows',
      `x,c\n${Array.from({ length: 30 }, (_, i) => `n${i},a\n`).join('')}`,
      {},
      /^Column 1 \("x"\): 30 different texts in 30 rows to train on \("n0" …\).*"drop": \["x"\].*"category"/,
    ],
    ['infinity', 'x,c\n1,a\n2,b\n-inf,b\n', {}, /^Line 4, .*"-inf" is not finite/],
    ['a text after an empty cell', 'x,c\n1,a\n,b\ntext,b\n', {}, /^Line 4, .*not a number/],
    [
      'a missing class',
      'x,c\n1,a\n2,\n3,a\n',
      {},
      /^Line 3, column 2 \("c"\): The cell is empty\..*"rowsWithoutTarget": "leaveOut"/,
    ],
    [
      'numbers with a sign of money',
      `x,c\n${Array.from({ length: 30 }, (_, i) => `$${i}.50,${i % 2}\n`).join('')}`,
      {},
      /"\$0.50" has a sign of money; write the number alone\. .*"drop": \["x"\]/,
    ],
    [
      'a text among many numbers',
      'x,c\n1,a\n2,b\n3,a\nfour,b\n',
      {},
      /"four" is not a number\. Others are: 75 % of the cells\./,
    ],
    [
      'one class only',
      'x,c\n1,a\n2,a\n',
      {},
      /column 2 \("c"\): Every row has the class "a": one class only/i,
    ],
    ['a class of one row', 'x,c\n1,a\n2,b\n3,b\n', {}, /^Line 2, .*The class "a" has 1 row; each needs 2/],
    [
      'quantities as classes',
      'x,c\n1,1.5\n2,2.5\n3,3.5\n',
      {},
      /The classes "1\.5", "2\.5", "3\.5" have 1 row.*"regression"/,
    ],
    [
      'numbers of two forms among names',
      'x,c\n1,1.0\n2,b\n3,1\n',
      {},
      /^Line 2, .*"1.0".*"b" in line 3.*one form, "1"/,
    ],
    ['a class that is a prototype', 'x,c\n1,__proto__\n2,b\n', {}, /__proto__/],
    [
      '2 in a binary target',
      'x,c\n1,0\n2,2\n',
      { task: 'binary' },
      /^Line 3, column 2 \("c"\): 2 is neither 0 nor 1/,
    ],
    [
      'yes in a binary target',
      'x,c\n1,yes\n2,no\n',
      { task: 'binary' },
      /^Line 2, .*"yes" is not a number.*0 and 1/,
    ],
    ['only ones', 'x,c\n1,1\n2,1\n', { task: 'binary' }, /one class only/],
    [
      'names in a regression',
      'x,c\n1,1\n2,b\n',
      { task: 'regression' },
      /^Line 3, .*"b" is not a number.*"classification"/,
    ],
    [
      'a time that is none',
      'x,t,c\n1,2024-02-30,a\n',
      { time: 't', test: { kind: 'none' } },
      /^Line 2, .*no date such as/,
    ],
    ['after a cell over lines', 'x,c\n1,"a\nb"\ny,c\n', {}, /^Line 4, /],
  ])('%s', async (_, csv, spec, message) => {
    const errors = await refusal(csv, { target: 'c', ...spec });
    expect(errors).toContainEqual(
      expect.objectContaining({ pointer: '', message: expect.stringMatching(message) }),
    );
  });

  it('tells each column that is at fault', async () => {
    const errors = await refusal('x,y,c\n1,2,c\nd,e,c\n', { target: 'c' });
    expect(errors.map((error) => error.message.slice(0, 16))).toEqual([
      expect.stringMatching(/^Column 3/),
      expect.stringMatching(/^Line 3, column 1/),
      expect.stringMatching(/^Line 3, column 2/),
    ]);
  });
});

describe('kinds of columns', () => {
  const csv = `n,b,d,k,code,c
1,yes,2024-02-29,red,7,a
,no,,blue,8,b
NA,,2024-03-01T12:00Z,,7,a
4,YES,2024-03-02,red,9,b
`;
  const columnOf = async (name: string, columns: object = {}) => {
    const data = await assemble(csv, { target: 'c', columns });
    const at = data.features.indexOf(name);
    return { ...data.uses[at]!, values: [...data.columns[at]!] };
  };

  it('are guessed, missing cells aside', async () => {
    expect(await columnOf('n')).toMatchObject({
      kind: 'number',
      missing: 'median',
      values: [1, NaN, NaN, 4],
    });
    expect(await columnOf('b')).toMatchObject({ kind: 'boolean', values: [1, 0, NaN, 1] });
    const [first, , second] = (await columnOf('d')).values;
    expect([first, second]).toEqual([Date.UTC(2024, 1, 29), Date.UTC(2024, 2, 1, 12)]);
    expect(await columnOf('k')).toEqual({
      kind: 'category',
      vocabulary: ['blue', 'red'],
      missing: 'ownCategory',
      values: [1, 0, NaN, 1],
    });
    expect(await columnOf('code')).toMatchObject({ kind: 'number' });
  });

  it('are what the spec says', async () => {
    expect(await columnOf('code', { code: 'category' })).toMatchObject({
      kind: 'category',
      vocabulary: ['7', '8', '9'],
      values: [0, 1, 0, 2],
    });
    expect(await columnOf('n', { n: { missing: 'mostFrequent' } })).toMatchObject({
      kind: 'number',
      missing: 'mostFrequent',
    });
    expect(await columnOf('b', { b: 'category' })).toMatchObject({ vocabulary: ['YES', 'no', 'yes'] });
  });

  it.each<[columns: object, pointer: string, message: RegExp]>([
    [{ nn: 'number' }, '/columns/nn', /no column "nn".*"n"/],
    [{ c: 'number' }, '/columns/c', /is the target/],
    [{ k: { kind: 'category', missing: 'median' } }, '/columns/k', /has no median/],
    [{ k: { missing: 'median' } }, '/columns', /"k" is a category, which has no "median"/],
    [{ n: { kind: 'number', missing: 'ownCategory' } }, '/columns/n', /Only a category/],
  ])('%j is refused', async (columns, pointer, message) => {
    expect(await refusal(csv, { target: 'c', columns })).toEqual([
      { pointer, message: expect.stringMatching(message) },
    ]);
  });

  it('are guessed from the rows that are trained on, whatever the test rows hold', async () => {
    const withTest = (lines: string, from = 6) =>
      `b,d,k,n,c\nyes,3/4/2024,red,1,a\nno,25/4/2024,5,2,b\n${'yes,1/2/2024,red,3,a\nno,2/3/2024,blue,4,b\n'.repeat((from - 2) / 2)}${lines}`;
    const kindsWith = async (lines: string) => {
      const data = await assemble(withTest(lines), { target: 'c', test: { kind: 'rows', from: 6 } });
      return data.uses.map(({ kind }) => kind);
    };
    const kinds = ['boolean', 'date', 'category', 'number'];
    expect(await kindsWith('no,6/5/2024,red,3,a\n')).toEqual(kinds);
    // Numbers enough to call the column one of numbers, and more names than a category is guessed for.
    expect(await kindsWith('no,6/5/2024,8,3,a\n'.repeat(50))).toEqual(kinds);
    const names = Array.from({ length: 150 }, (_, i) => `no,6/5/2024,name ${i},3,a\n`);
    expect(await kindsWith(names.join(''))).toEqual(kinds);
    const refused = (lines: string) =>
      refusal(withTest(lines), { target: 'c', test: { kind: 'rows', from: 6 } });
    expect(await refused('maybe,5/13/2024,red,x,a\n')).toMatchObject([
      {
        message: expect.stringMatching(
          /^Line 8, .*"maybe" is neither.* taken as a boolean, by the rows that/,
        ),
      },
      { message: expect.stringMatching(/^Line 8, .*"5\/13\/2024" is no date.*this is a test row/) },
      {
        message: expect.stringMatching(
          /^Line 8, .*"x" is not a number\. .*this is a test row\. Mend the cell/,
        ),
      },
    ]);
    const empty = 'x,c\n,a\n,b\n,a\n,b\n1,a\n';
    expect(await refusal(empty, { target: 'c', test: { kind: 'rows', from: 4 } })).toEqual([
      {
        pointer: '',
        message: expect.stringMatching(/^Column 1 \("x"\): .* no value in the rows that are trained on/),
        suggestion: { drop: ['x'] },
      },
    ]);
  });

  it('takes codes of one length, some with a zero in front, for names, and says so', async () => {
    const data = await assemble('zip,c\n01234,a\n10115,b\n01234,b\n20095,a\n', { target: 'c' });
    expect(data.uses[0]).toMatchObject({ kind: 'category', vocabulary: ['01234', '10115', '20095'] });
    expect(data.notes).toMatchObject([{ code: 'codesAsNames' }]);
  });

  it('leaves rows without a target out where that is asked for, with all that stands in them', async () => {
    const csv = 'x,k,c\n1,red,a\n,?,\n1.5,blue,b\n3,red,a\nTotal,,\n4,red,b\n';
    const spec = { target: 'c', rowsWithoutTarget: 'leaveOut' };
    const data = await assemble(csv, spec);
    expect(data.rows).toBe(4);
    expect(data.uses).toMatchObject([{ kind: 'number' }, { kind: 'category', vocabulary: ['blue', 'red'] }]);
    expect([...data.columns[0]!]).toEqual([1, 1.5, 3, 4]);
    expect([...data.targets]).toEqual([0, 1, 0, 1]);
    expect(data.notes).toEqual([
      { code: 'rowsWithoutTarget', message: '2 rows without a target were left out, the first in line 3.' },
    ]);
    const quantities = await assemble('x;y\n1,5;2\n2,5;NA\nall;\n3,5;4\n', {
      ...spec,
      target: 'y',
      task: 'regression',
    });
    expect([...quantities.columns[0]!]).toEqual([1.5, 3.5]);
    expect([...quantities.targets]).toEqual([2, 4]);
    const later = await refusal('x,c\n1,a\n2,b\n?,\n3,a\n4,b\nfive,b\n', spec);
    expect(later).toMatchObject([{ message: expect.stringMatching(/^Line 7, column 1 \("x"\): "five"/) }]);
    expect(await refusal('x,c\n1,\n2,\n', spec)).toMatchObject([{ pointer: '/target' }]);
  });

  it('takes a word for a missing value as a name among names', async () => {
    const data = await assemble('x,c\n1,None\n2,None\n3,pit\n4,pit\n', { target: 'c' });
    expect(data.classes).toEqual(['None', 'pit']);
  });
});
