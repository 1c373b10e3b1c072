import type { GridFigures } from '../grid/run-grid.ts';
import type { LoadName } from '../train/load.ts';
import type { TrainFigures } from '../train/run-train.ts';

/** One line of the table: an engine or a peer on a load. */
export interface Measured {
  /** Of the engine, or of the peer's module. */
  name: string;
  title: string;
  load: LoadName;
  /** `null`: why not is in `reason`. */
  figures: TrainFigures | null;
  /** Of each round, in µs. */
  times: readonly number[];
  reason: string;
}

export interface Report {
  measured: Measured[];
  /** Names of Holdfast's own; each gets a column of ratios. */
  engines: string[];
  limits: { name: string; gflops: number }[];
  grid: { holdfast: GridFigures; peer: number } | null;
  versions: Record<string, string>;
  loads: LoadName[];
  processes: number;
  cpu: string;
}

/** Median over the rounds of how many times as long one takes as the other. */
function medianRatio(times: readonly number[], ours: readonly number[]): number {
  const ratios = times.map((time, round) => time / ours[round]!).sort((a, b) => a - b);
  return (ratios[Math.floor((ratios.length - 1) / 2)]! + ratios[Math.ceil((ratios.length - 1) / 2)]!) / 2;
}

function duration(microseconds: number): string {
  if (microseconds < 1000) return `${microseconds.toFixed(1)} µs`;
  return `${(microseconds / 1000).toPrecision(3)} ms`;
}

const descriptions: Record<LoadName, string> = {
  a: 'spiral of 3 × 100 points; 2 → 64 → 3; full batch, Adam 0.05 with decay 5e-5, L2 5e-4 on the first layer',
  b: 'spiral of 3 × 1,000 points; the same network and settings, dropout 0.1',
  c: 'spiral of 3 × 1,000 points; 2 → 512 → 3; the same, dropout 0.1',
  d: '10,000 × 64, 10 classes; 64 → 128 → 64 → 10; batches of 128, shuffled each epoch, Adam 0.001',
  e: '10,000 × 784, 10 classes; 784 → 256 → 128 → 10; as d',
};

/** docs/performance.md */
export function writeReport({
  measured,
  engines,
  limits,
  grid,
  versions,
  loads,
  processes,
  cpu,
}: Report): string {
  const of = (load: LoadName): Measured[] => measured.filter((each) => each.load === load);
  const sections = loads.map((load) => {
    const lines = of(load);
    const own = engines.map((name) => lines.find((line) => line.name === name)!.times);
    const rows = lines.map(({ title, figures, times, reason }) => {
      if (figures === null)
        return `| ${title} | – | – | – | ${engines.map(() => '–').join(' | ')} | ${reason} |`;
      const { median, min, max } = figures.microsecondsPerEpoch;
      const ratios = own.map((ours) => medianRatio(times, ours).toFixed(2)).join(' | ');
      return `| ${title} | ${duration(median)} | ${duration(min)} – ${duration(max)} | ${figures.gflops.toFixed(1)} | ${ratios} | |`;
    });
    return `### Load ${load}

${descriptions[load]}

| | an epoch, median | range | GFLOP/s | ${engines.map((name) => `times ${name}`).join(' | ')} | |
| --- | ---: | ---: | ---: | ${engines.map(() => '---:').join(' | ')} | --- |
${rows.join('\n')}
`;
  });
  const limitRows = limits.flatMap(({ name, gflops }) =>
    loads.map((load) => {
      const figures = of(load).find((each) => each.name === name)!.figures!;
      return `| ${name} | ${load} | ${figures.gflops.toFixed(1)} | ${((100 * figures.gflops) / gflops).toFixed(0)} % of ${gflops.toFixed(1)} |`;
    }),
  );
  const gridText =
    grid === null
      ? 'Not measured in this run.'
      : `| | seconds |
| --- | ---: |
| Holdfast, the whole embedded service by HTTP, ${grid.holdfast.threads} threads | ${grid.holdfast.seconds.toFixed(2)} |
| scikit-learn GridSearchCV, n_jobs=2 | ${grid.peer.toFixed(2)} |

A ratio of ${(grid.peer / grid.holdfast.seconds).toFixed(2)}.`;
  const software = Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
  return `# Performance

Written by \`pnpm --silent bench peers\`; the figures are of one run on one machine, and are worth their ratios.

Machine: ${cpu}, one core for each process; times are processor time, so that other work on the machine does not count. Software: ${software}. An epoch includes loss and accuracy of every step. Each figure is the
median over ${processes} processes of the process's own median. All engines and peers take turns, round after round; "times wasm", how many times the
WASM engine's time, is the median of the rounds' own ratios, since what runs within the same half minute meets the same other work on the
machine's cores. A multiply-add counts as two operations; only matrix products are counted, whole as the formulas write them. Holdfast's engines leave out
what ReLU and dropout have made 0 and one sum of a softmax, so that their figures count what need not be done as done.

## Training

${sections.join('\n')}
## The limit

The best kernel is the forward product, alone, in layers of 512 × 512, with nothing left out. What a load's products reach of it, which
may be more than all where half of what is multiplied is 0:

| engine | load | GFLOP/s | of the best kernel |
| --- | --- | ---: | ---: |
${limitRows.join('\n')}

What is left to gain is told in [engine.md](engine.md).

## Grid

Digits (1797 × 64), 5 stratified folds, 27 trials: hidden layers (32), (64), (64, 32), three penalties, three learning rates, batches
of 128, Adam, 50 epochs: 135 fold runs on two cores.

${gridText}
`;
}
