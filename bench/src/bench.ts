import { Command, InvalidArgumentError, Option } from 'commander';
import { runBoard } from './board/run-board.ts';
import { runBook } from './book/run-book.ts';
import { describeDashboard } from './dashboard/describe-dashboard.ts';
import { runDashboard } from './dashboard/run-dashboard.ts';
import { runData } from './data/run-data.ts';
import { runGrid } from './grid/run-grid.ts';
import { runLoad } from './load/run-load.ts';
import { runOverhead } from './load/run-overhead.ts';
import { runSimulatedWorkers } from './load/simulated-workers.ts';
import { loadNames, runPeers } from './peers/run-peers.ts';
import { runScikit } from './scikit/run-scikit.ts';
import { runStatistics } from './statistics/run-statistics.ts';
import { runStore } from './store/run-store.ts';
import { compareReal } from './strategies/compare-real.ts';
import { runStrategies } from './strategies/run-strategies.ts';
import { makePool } from './strategies/trial-pool.ts';
import { isLoadName } from './train/load.ts';
import { engines } from './train/measure-epoch.ts';
import { runThreads } from './train/run-threads.ts';
import { runTrain } from './train/run-train.ts';

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

const program = new Command('bench').description('Measurements of Holdfast; each prints what it measured');

program
  .command('book')
  .description(
    'the textbook spiral: ten seeds each, tested on 30,000 fresh points, beside the published figures',
  )
  .option('--seeds <n>', 'how many seeds', '10')
  .option('--only <name>', 'one of no-penalty, l2, more-data')
  .option('--epochs <n>', 'epochs in place of 10,000, for a quick look')
  .option('--threads <n>', 'trainings side by side', '2')
  .option('--json', 'one JSON object on standard output')
  .action(async (options) => {
    await runBook({
      seeds: Number(options.seeds),
      only: options.only,
      epochs: options.epochs === undefined ? undefined : Number(options.epochs),
      threads: Number(options.threads),
      json: options.json === true,
    });
  });

const strategies = program
  .command('strategies')
  .option('--seeds <n>', 'how many seeds', '20')
  .option('--trials <n>', 'of each search on a surrogate', '100')
  .option('--python <path>', 'a Python with Optuna, to run it beside')
  .option('--json', 'one JSON object on standard output')
  .action(async (options) => {
    await runStrategies({
      seeds: Number(options.seeds),
      trials: Number(options.trials),
      python: options.python,
      json: options.json === true,
    });
  })
  .description('search strategies against random search on surrogates and on stored real trials');
strategies
  .command('real')
  .description('searches that really train, on digits and on the spiral; takes some minutes')
  .option('--seeds <n>', 'how many seeds', '10')
  .action(({ seeds }) => compareReal(Number(seeds)));
strategies
  .command('pools')
  .description('trains the real trials that the others draw from, and stores their scores in bench/data')
  .option('--trials <n>', 'how many', '250')
  .action(async ({ trials }) => {
    for (const data of ['digits', 'spiral'] as const) await makePool(data, Number(trials));
  });

program
  .command('train')
  .description('one load of docs/performance.md: microseconds of an epoch, median over several processes')
  .addOption(new Option('--load <name>', 'the load').choices([...loadNames]).makeOptionMandatory())
  .addOption(new Option('--engine <name>', 'the engine').choices([...engines.keys()]).default('wasm'))
  .option('--processes <n>', 'processes, one after the other', positive, 5)
  .option('--seconds <n>', 'seconds that each measures', positive, 1)
  .option('--json', 'one JSON object on standard output')
  .action(async ({ load, engine, processes, seconds, json }) => {
    if (!isLoadName(load)) throw new Error(`There is no load ${load}`);
    const figures = await runTrain(load, engine, { processes, seconds });
    const { median, min, max } = figures.microsecondsPerEpoch;
    if (json === true) console.log(JSON.stringify(figures));
    else
      console.log(
        `load ${load}, ${engine}: ${median.toFixed(1)} µs an epoch (${min.toFixed(1)} – ${max.toFixed(1)}), ${figures.gflops.toFixed(1)} GFLOP/s`,
      );
  });

program
  .command('threads')
  .description('what several threads of one process train over one alone, by the clock')
  .addOption(new Option('--load <name>', 'the load').choices([...loadNames]).default('d'))
  .addOption(new Option('--engine <name>', 'the engine').choices([...engines.keys()]).default('wasm'))
  .option('--threads <n>', 'threads', positive, 2)
  .option('--rounds <n>', 'of each alone and all at once, in turn', positive, 9)
  .option('--seconds <n>', 'of each measurement', positive, 1)
  .option('--json', 'one JSON object on standard output')
  .action(async ({ load, engine, json, ...options }) => {
    if (!isLoadName(load)) throw new Error(`There is no load ${load}`);
    const figures = await runThreads(load, engine, options);
    const { median, min, max } = figures.speedup;
    if (json === true) console.log(JSON.stringify(figures));
    else
      console.log(
        `load ${load}, ${engine}, ${figures.threads} threads: ${median.toFixed(2)} times one thread (${min.toFixed(2)} – ${max.toFixed(2)})`,
      );
  });

program
  .command('grid')
  .description('the grid of docs/performance.md through a service of its own, by HTTP: seconds')
  .option('--threads <n>', 'training threads', positive, 2)
  .option('--json', 'one JSON object on standard output')
  .action(async ({ threads, json }) => {
    const figures = await runGrid(threads);
    if (json === true) console.log(JSON.stringify(figures));
    else
      console.log(`${figures.foldRuns} fold runs in ${figures.seconds.toFixed(2)} s on ${threads} threads`);
  });

program
  .command('peers')
  .description('engines and Python peers side by side, in turns, one core each; writes docs/performance.md')
  .option(
    '--python <path>',
    'a Python with numpy, scikit-learn, torch and jax; what is missing is left out',
    'python3',
  )
  .option('--loads <names>', 'some of the loads', loadNames)
  .option('--processes <n>', 'processes for each figure', positive, 5)
  .option('--seconds <n>', 'seconds that each measures', positive, 1)
  .option('--no-grid', 'leave out the grid')
  .option('--no-write', 'print alone')
  .action(runPeers);

program
  .command('statistics')
  .description(
    'simulations of docs/statistics.md: false positives, coverage of rank intervals, bias of the best score',
  )
  .option('--searches <n>', 'made searches of each kind', positive, 400)
  .option('--pairs <n>', 'pairs of trials for the t-test', positive, 100_000)
  .option('--json', 'one JSON object on standard output')
  .action(({ searches, pairs, json }) => runStatistics({ searches, pairs, json: json === true }));

program
  .command('scikit')
  .description(
    'the same pipelines in scikit-learn, on three public tables of mixed kinds: scores side by side',
  )
  .option('--python <path>', 'a Python with scikit-learn', 'python3')
  .option('--seeds <n>', 'trainings of each fold on either side', positive, 10)
  .action(async ({ python, seeds }) => {
    const comparisons = await runScikit(python, seeds);
    const show = ({ mean, standardError }: { mean: number; standardError: number }) =>
      `${mean.toFixed(4)} ± ${standardError.toFixed(4)}`;
    for (const { table, metric, holdfast, scikitLearn, paired, difference } of comparisons) {
      console.log(
        `${table.padEnd(9)} ${metric.padEnd(9)} Holdfast ${show(holdfast)}  scikit-learn ${show(scikitLearn)}  paired ${show(paired)}  ` +
          `a seed moves a fold by ${holdfast.seedDeviation.toFixed(4)} and ${scikitLearn.seedDeviation.toFixed(4)}  ${difference.toFixed(2)} standard errors apart`,
      );
    }
    if (comparisons.some(({ difference }) => difference > 1)) process.exitCode = 1;
  });

program
  .command('data')
  .description('a large CSV from disk to a leaderboard: upload, search, and the peak memory of each process')
  .option('--rows <n>', 'of the table', positive, 1_000_000)
  .option('--columns <n>', 'of the table, beside the target', positive, 50)
  .option('--trials <n>', 'of the search', positive, 2)
  .option('--epochs <n>', 'of each training', positive, 3)
  .option('--threads <n>', 'training threads', positive, 2)
  .option('--json', 'one JSON object on standard output')
  .action(async ({ json, ...options }) => {
    const say = (line: string) => process.stderr.write(`${line}\n`);
    const figures = await runData({ ...options, say });
    console.log(JSON.stringify(figures, null, json === true ? 0 : 1));
  });

program
  .command('dashboard')
  .description(
    'the pages in a real browser: first view, scrolling, filters and plots of a large search; a live one',
  )
  .option('--trials <n>', 'of the large search', positive, 100_000)
  .option('--live-seconds <n>', 'how long a running search is watched', positive, 20)
  .option('--browser <path>', 'Chromium or Chrome', '/usr/bin/chromium')
  .option('--json', 'one JSON object on standard output')
  .action(async ({ trials, liveSeconds, browser, json }) => {
    const say = (line: string) => process.stderr.write(`${line}\n`);
    const figures = await runDashboard({ trials, liveSeconds, browser, say });
    if (json === true) console.log(JSON.stringify(figures));
    else for (const line of describeDashboard(figures)) console.log(line);
  });

program
  .command('board')
  .description('the default page of the leaderboard of a large search: at first, again, anew and unchanged')
  .option('--trials <n>', 'trials of the search', positive, 10_000)
  .action(async ({ trials }) => {
    const say = (line: string) => process.stderr.write(`${line}\n`);
    const { cold, page, newPage, unchanged } = await runBoard({ trials, say });
    const ms = (value: number) => `${value.toFixed(1)} ms`;
    console.log(`a board of ${trials.toLocaleString('en')} trials`);
    console.log(`  the default page, after a start of the service: ${ms(cold)}`);
    for (const [name, { median, slowest }] of Object.entries({
      again: page,
      'a page that nobody asked for before': newPage,
      'unchanged (304)': unchanged,
    }))
      console.log(`  ${name}: median ${ms(median)}, slowest ${ms(slowest)}`);
  });

program
  .command('load')
  .description(
    'clients that poll leaderboards, event streams and submissions at once, while a service of its own trains',
  )
  .option('--clients <n>', 'each polls once a second with its ETag', positive, 1000)
  .option('--streams <n>', 'event streams', positive, 100)
  .option('--seconds <n>', 'how long', positive, 30)
  .option('--threads <n>', 'that train meanwhile', positive, 1)
  .action(async (options) => console.log(JSON.stringify(await runLoad(options), null, 1)));

program
  .command('overhead')
  .description('the time of searches of short and long fold runs over the time of their trainings alone')
  .option('--milliseconds <list>', 'of a fold run, with commas', '5,50,1000')
  .option('--seconds <n>', 'of each search, about', positive, 10)
  .option('--threads <n>', 'training threads', positive, 2)
  .option('--redis-url <url>', 'a Redis for the queue; else it is on Postgres')
  .action(async ({ milliseconds, ...options }) => {
    const list = String(milliseconds).split(',').map(positive);
    console.table(await runOverhead({ ...options, milliseconds: list }));
  });

program
  .command('orchestration')
  .description('workers that claim and report and train nothing: what Postgres takes for a fold run')
  .option('--fold-runs <n>', 'of each case', positive, 5000)
  .action(async ({ foldRuns }) => {
    const cases = [
      { workers: 1, searches: 1, resultsAtOnce: 1 },
      { workers: 1, searches: 1, resultsAtOnce: 10 },
      { workers: 8, searches: 1, resultsAtOnce: 10 },
      { workers: 8, searches: 8, resultsAtOnce: 10 },
      { workers: 64, searches: 1, resultsAtOnce: 10 },
      { workers: 64, searches: 16, resultsAtOnce: 10 },
    ];
    console.table(await runSimulatedWorkers(cases, foldRuns));
  });

program
  .command('store')
  .description('a service on a store of very many trials: details, boards, listing, suggestions')
  .option('--trials <n>', 'in the store; seeding a million takes some minutes', positive, 1_000_000)
  .action(async ({ trials }) => {
    const say = (line: string) => process.stderr.write(`${line}\n`);
    console.log(JSON.stringify(await runStore({ trials, say }), null, 1));
  });

await program.parseAsync();
