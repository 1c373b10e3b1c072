import { expect, test } from 'vitest';
import { type Column, textTable } from './text-table.ts';

interface Row {
  trial: number;
  rate: string;
  engine: string;
}
const rows: Row[] = [{ trial: 3, rate: '0.001', engine: 'native' }];
const columns: Column<Row>[] = [
  { title: 'trial', right: true, cell: ({ trial }) => String(trial) },
  { title: 'learningRate', cell: ({ rate }) => rate },
  { title: 'engine', spare: 1, cell: ({ engine }) => engine },
];

test('has all columns where there is room, and without a terminal', () => {
  const whole = 'trial  learningRate  engine\n─────  ────────────  ──────\n    3  0.001         native';
  expect(textTable(columns, rows, 27)).toBe(whole);
  expect(textTable(columns, rows)).toBe(whole);
});

test('leaves spare columns out where there is not, and says so', () => {
  expect(textTable(columns, rows, 26)).toBe(
    'trial  learningRate\n─────  ────────────\n    3  0.001\nToo narrow for: engine',
  );
});

test('then cuts titles to what stands under them, but no value', () => {
  expect(textTable(columns, rows, 15)).toBe(
    'trial  learnin…\n─────  ────────\n    3  0.001\nToo narrow for: engine',
  );
  expect(textTable(columns, rows, 5).split('\n')[2]).toBe('    3  0.001');
});

test('cuts what stands last where titles alone do not make it fit', () => {
  const rows = [{ rank: '1', remark: 'recommended, overfits' }];
  const columns = [
    { title: 'rank', cell: (row: (typeof rows)[number]) => row.rank },
    { title: '', cell: (row: (typeof rows)[number]) => row.remark },
  ];
  expect(textTable(columns, rows, 20).split('\n')[2]).toBe('1     recommended, …');
});

test('cuts the column that may be cut instead', () => {
  const rows = [{ name: 'the first search of all', status: 'completed' }];
  const columns = [
    { title: 'name', cut: true as const, cell: (row: (typeof rows)[number]) => row.name },
    { title: 'status', cell: (row: (typeof rows)[number]) => row.status },
  ];
  expect(textTable(columns, rows, 22).split('\n')[2]).toBe('the first …  completed');
});
