import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SearchSpecInput } from '@holdfast/contracts/search-spec';
import { simulateSearch } from '@holdfast/search/schedulers/simulate-search';
import { type Quartiles, quartiles } from '../book/quartiles.ts';
import { compareRaces } from './compare-races.ts';
import { compareRungs } from './compare-rungs.ts';
import { measureIdle } from './measure-idle.ts';
import { planSpec } from './resolve-trials.ts';
import { type Surrogate, surrogates } from './surrogates.ts';
import { timeSuggestions } from './time-suggestions.ts';

export interface StrategiesOptions {
  seeds: number;
  trials: number;
  /** A Python with Optuna, to run it beside ours. */
  python: string | undefined;
  json: boolean;
}

const workers = 4;
const marks = [0.25, 0.5, 1] as const;
type Strategy = NonNullable<SearchSpecInput['strategy']>;

/** Best regrets by seed, after a quarter, half and all of the trials; and by then as many seconds on four workers. */
interface Found {
  strategy: string;
  byTrials: Quartiles[];
  bySeconds: Quartiles[] | null;
}

/** Runs every comparison and prints medians and quartiles. */
export async function runStrategies(options: StrategiesOptions): Promise<void> {
  const { seeds, trials, python, json } = options;
  const contenders: [string, (seed: number) => Strategy][] = [
    ['random', () => ({ kind: 'random', trials })],
    ['sobol', () => ({ kind: 'sobol', trials })],
    ['tpe, lag 8', () => ({ kind: 'tpe', trials })],
    ['tpe, lag 0', () => ({ kind: 'tpe', trials, lag: 0 })],
  ];
  const onSurrogates = surrogates.map((surrogate) => {
    const found = contenders.map(([strategy, make]): Found => {
      const runs = Array.from({ length: seeds }, (_, seed) => runSurrogate(surrogate, make(seed), seed));
      process.stderr.write(`${surrogate.name}: ${strategy}\n`);
      return {
        strategy,
        byTrials: marks.map((_, k) => quartiles(runs.map((run) => run.byTrials[k]!))),
        bySeconds: marks.map((_, k) => quartiles(runs.map((run) => run.bySeconds[k]!))),
      };
    });
    if (python !== undefined) found.push(...runOptuna(python, surrogate.name, seeds, trials));
    return { surrogate: surrogate.name, found };
  });
  const rungs = (['digits', 'spiral'] as const).map((data) => compareRungs(data, seeds, python));
  const races = (['digits', 'spiral'] as const).map((data) => compareRaces(data, 100));
  const idle = measureIdle();
  const suggestions = timeSuggestions();
  if (json) {
    process.stdout.write(`${JSON.stringify({ onSurrogates, rungs, races, idle, suggestions })}\n`);
    return;
  }
  const lines = [
    `Best regret after ${marks.map((mark) => mark * trials).join(', ')} trials: median (quartiles), ${seeds} seeds`,
  ];
  for (const { surrogate, found } of onSurrogates) {
    lines.push(
      '',
      `| ${surrogate} | by trials | by as many seconds on ${workers} workers |`,
      '| --- | --- | --- |',
    );
    for (const { strategy, byTrials, bySeconds } of found) {
      lines.push(
        `| ${strategy} | ${byTrials.map(write).join(' · ')} | ${bySeconds?.map(write).join(' · ') ?? '–'} |`,
      );
    }
  }
  for (const { data, rows } of rungs) {
    lines.push(
      '',
      `| ${data}, equal epochs | best mean accuracy, median (quartiles) | epochs spent |`,
      '| --- | --- | --- |',
    );
    for (const { strategy, accuracy, epochs } of rows) {
      lines.push(`| ${strategy} | ${write(accuracy)} | ${Math.round(epochs)} |`);
    }
  }
  lines.push('', '| race | searches within half a standard error | fold runs |', '| --- | --- | --- |');
  for (const { data, trials: raced, lag, within, share } of races.flat()) {
    lines.push(`| ${data}, ${raced} trials, lag ${lag} | ${within} of 100 | ${(100 * share).toFixed(0)} % |`);
  }
  lines.push('', '| idle share of the workers | 2 | 8 | 32 |', '| --- | --- | --- | --- |');
  for (const { strategy, shares } of idle) {
    lines.push(`| ${strategy} | ${shares.map((share) => `${(100 * share).toFixed(0)} %`).join(' | ')} |`);
  }
  lines.push(
    '',
    '| finished trials | first suggestion of tpe, processor time | later ones |',
    '| --- | --- | --- |',
  );
  for (const { trials: finished, first, median } of suggestions) {
    lines.push(`| ${finished} | ${first.toFixed(1)} ms | ${median.toFixed(1)} ms |`);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

function write({ lower, median, upper }: Quartiles): string {
  return `${median.toFixed(3)} (${lower.toFixed(3)}–${upper.toFixed(3)})`;
}

function runSurrogate(surrogate: Surrogate, strategy: Strategy, seed: number) {
  const { plan } = planSpec({
    space: surrogate.space,
    strategy,
    seed,
    crossValidation: { kind: 'holdout' },
    objective: { metric: 'loss' },
  });
  const score = ({ params }: { params: Parameters<Surrogate['regret']>[0] }) => surrogate.regret(params);
  const { trials, arrivals } = simulateSearch(plan, score, { workers, seconds: () => 1 });
  const total = trials.length;
  const regrets = trials.map(({ scores }) => scores[0]![0]!);
  return {
    byTrials: marks.map((mark) => Math.min(...regrets.slice(0, mark * total))),
    bySeconds: marks.map((mark) =>
      Math.min(
        ...arrivals
          .filter(({ second }) => second <= (mark * total) / workers)
          .map(({ proposal }) => regrets[proposal]!),
      ),
    ),
  };
}

function runOptuna(python: string, surrogate: string, seeds: number, trials: number): Found[] {
  const script = fileURLToPath(new URL('../../src/strategies/optuna_peer.py', import.meta.url));
  const output = execFileSync(python, [script, 'surrogate', surrogate, String(seeds), String(trials)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const found = JSON.parse(output) as Record<string, number[][]>;
  return Object.entries(found).map(([strategy, runs]) => ({
    strategy,
    byTrials: marks.map((_, k) => quartiles(runs.map((run) => run[k]!))),
    bySeconds: null,
  }));
}
