import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A table of mixed kinds, and what is predicted of it. */
export interface PublicTable {
  name: string;
  task: 'classification' | 'regression';
  target: string;
  /** Of the features. */
  kinds: Record<string, 'number' | 'category' | 'date'>;
  path: string;
}

const source = 'vega-datasets@3.2.1';

const tables: (Omit<PublicTable, 'path'> & { file: string })[] = [
  {
    name: 'penguins',
    file: 'penguins.json',
    task: 'classification',
    target: 'Sex',
    kinds: {
      Species: 'category',
      Island: 'category',
      'Beak Length (mm)': 'number',
      'Beak Depth (mm)': 'number',
      'Flipper Length (mm)': 'number',
      'Body Mass (g)': 'number',
    },
  },
  {
    name: 'cars',
    file: 'cars.json',
    task: 'regression',
    target: 'Miles_per_Gallon',
    kinds: {
      Cylinders: 'number',
      Displacement: 'number',
      Horsepower: 'number',
      Weight_in_lbs: 'number',
      Acceleration: 'number',
      Year: 'date',
      Origin: 'category',
    },
  },
  {
    name: 'movies',
    file: 'movies.json',
    task: 'regression',
    target: 'IMDB Rating',
    kinds: {
      'Production Budget': 'number',
      'US Gross': 'number',
      'Running Time min': 'number',
      'Rotten Tomatoes Rating': 'number',
      'IMDB Votes': 'number',
      'Release Date': 'date',
      'MPAA Rating': 'category',
      Source: 'category',
      'Major Genre': 'category',
      'Creative Type': 'category',
    },
  },
];

/**
 * Three public tables from an npm package (vega-datasets, BSD-3-Clause), as CSV in `folder`: rows that have their target, dates in ISO
 * form.
 */
export async function fetchTables(folder: string): Promise<PublicTable[]> {
  await run('npm', ['pack', source, '--silent', '--pack-destination', folder], { cwd: folder });
  await run('tar', ['-xzf', `${source.replace('@', '-')}.tgz`], { cwd: folder });
  return Promise.all(
    tables.map(async ({ file, ...table }) => {
      const text = await readFile(join(folder, 'package', 'data', file), 'utf8');
      const rows = JSON.parse(text) as Record<string, unknown>[];
      const names = [...Object.keys(table.kinds), table.target];
      const kept = rows.filter((row) => isThere(row[table.target]));
      const cell = (row: Record<string, unknown>, name: string) => {
        const value = row[name];
        if (!isThere(value)) return '';
        if (table.kinds[name] === 'date')
          return new Date(`${value} UTC`.replace(/^(\d{4}-\d\d-\d\d) UTC$/, '$1')).toISOString().slice(0, 10);
        return /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
      };
      const lines = [names, ...kept.map((row) => names.map((name) => cell(row, name)))];
      const path = join(folder, `${table.name}.csv`);
      await writeFile(path, `${lines.map((line) => line.join(',')).join('\n')}\n`);
      return { ...table, path };
    }),
  );
}

/** One penguin's sex is a point, as some programs write what they have not got. */
function isThere(value: unknown): boolean {
  return value !== null && value !== undefined && value !== '' && value !== '.';
}
