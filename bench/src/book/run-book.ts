import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Hyperparameters, hyperparametersSchema } from '@holdfast/contracts/hyperparameters';
import { Piscina } from 'piscina';
import { type Quartiles, quartiles } from './quartiles.ts';
import type { SpiralFigures, SpiralTask } from './train-spiral.thread.ts';

export interface BookOptions {
  seeds: number;
  only: string | undefined;
  epochs: number | undefined;
  threads: number;
  json: boolean;
}

/** What one run of the textbook "Neural Networks from Scratch in Python" (Kinsley and Kukieła, 2020) printed. */
const settings = [
  { name: 'no-penalty', samplesPerClass: 100, published: { training: 0.983, test: 0.803, testLoss: 0.858 } },
  { name: 'l2', samplesPerClass: 100, published: { training: 0.947, test: 0.83, testLoss: 0.435 } },
  { name: 'more-data', samplesPerClass: 1000, published: { training: 0.918, test: 0.92, testLoss: 0.256 } },
] as const;
const figures = ['training', 'test', 'testLoss'] as const;

interface BookResult {
  name: string;
  published: Record<(typeof figures)[number], number>;
  quartiles: Record<(typeof figures)[number], Quartiles>;
  runs: SpiralFigures[];
}

/** Trains every setting with every seed and prints median and quartiles beside the published figures. */
export async function runBook(options: BookOptions): Promise<void> {
  const pool = new Piscina<SpiralTask, SpiralFigures>({
    filename: new URL('./train-spiral.thread.js', import.meta.url).href,
    maxThreads: options.threads,
  });
  const results: BookResult[] = [];
  for (const { name, samplesPerClass, published } of settings) {
    if (options.only !== undefined && options.only !== name) continue;
    const params = await readParams(name, options.epochs);
    let done = 0;
    const runs = await Promise.all(
      Array.from({ length: options.seeds }, async (_, seed) => {
        const run = await pool.run({ params, samplesPerClass, seed });
        process.stderr.write(`${name}: ${++done} of ${options.seeds} seeds\n`);
        return run;
      }),
    );
    const summary = Object.fromEntries(
      figures.map((figure) => [figure, quartiles(runs.map((run) => run[figure]))]),
    ) as BookResult['quartiles'];
    results.push({ name, published, quartiles: summary, runs });
  }
  await pool.destroy();
  process.stdout.write(options.json ? `${JSON.stringify(results)}\n` : asTable(results));
}

/** The hyperparameters of an example search, in which all but `hiddenLayers` is fixed as it stands. */
async function readParams(name: string, epochs: number | undefined): Promise<Hyperparameters> {
  const file = fileURLToPath(new URL(`../../../examples/book-spiral/${name}.json`, import.meta.url));
  const { space } = JSON.parse(await readFile(file, 'utf8'));
  return hyperparametersSchema.parse({
    activation: 'relu',
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-7,
    l1: 0,
    regularizeOutput: false,
    dropout: 0,
    noise: 0,
    classWeights: 'none',
    ...space,
    hiddenLayers: space.hiddenLayers[0],
    ...(epochs === undefined ? {} : { epochs }),
  });
}

function asTable(results: readonly BookResult[]): string {
  const lines = results.map(({ name, published, quartiles: found }) => {
    const cells = figures.map((figure) => {
      const { lower, median, upper } = found[figure];
      return `${median.toFixed(3)} (${lower.toFixed(3)} to ${upper.toFixed(3)})`;
    });
    const print = figures.map((figure) => published[figure].toFixed(3)).join(' / ');
    return `| ${name} | ${print} | ${cells.join(' | ')} |`;
  });
  return [
    '| setting | published: training / test / loss | training accuracy | test accuracy | test loss |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}
