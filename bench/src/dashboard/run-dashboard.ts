import { openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HoldfastClient } from '@holdfast/client/holdfast-client';
import { startPostgres } from '@holdfast/embedded-postgres/start-postgres';
import { chromium, type Page } from 'playwright-core';
import { startServing } from '../serve-process.ts';
import { seedLargeSearch } from './seed-large-search.ts';

const iris = fileURLToPath(new URL('../../../examples/data/iris.csv', import.meta.url));

export interface DashboardFigures {
  trials: number;
  /**
   * Milliseconds until first ranks and first plot are drawn: of a search that nobody has looked at, when its board is
   * worked out; right after a start of the service; and later.
   */
  firstView: { ever: number; cold: number; warm: number };
  /** Milliseconds until the rows at a place far away are there: right after a start, and later. */
  scroll: { cold: number; warm: number };
  /** Until the board and the plot show what a filter keeps. */
  filter: number;
  /** Until each plot is drawn. */
  plots: Record<string, number>;
  /** With a search of 1,000 trials that runs: the longest task of the page, in milliseconds, over some seconds. */
  live: { seconds: number; longestTask: number; refreshes: number };
}

/** A machine that does something else besides may take long. */
const patienceMs = 300_000;

const rows = '.board-table tbody tr[data-trial]';

/** Measures the pages in a real browser, on a service of its own. */
export async function runDashboard(options: {
  trials: number;
  liveSeconds: number;
  browser: string;
  say: (line: string) => void;
}): Promise<DashboardFigures> {
  const { trials, say } = options;
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-dashboard-'));
  const home = join(folder, 'home');
  let serving = await startServing(home, 1);
  const browser = await chromium.launch({
    executablePath: options.browser,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
  });
  try {
    say(`Making a search of ${trials.toLocaleString('en')} trials …`);
    const client = new HoldfastClient({ url: serving.url });
    await client.uploadDataset({ name: 'iris', target: 'species' }, await openAsBlob(iris), 'iris.csv');
    const { url: databaseUrl } = await startPostgres({ dataFolder: join(home, 'postgres') });
    const large = await seedLargeSearch(client, databaseUrl, trials);
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(patienceMs);
    await countLongTasks(page);
    say('Looking at it …');
    const ever = await firstView(page, `${serving.url}/searches/${large}`);
    await page.goto('about:blank');
    await serving.stop();
    serving = await startServing(home, 1);
    const cold = await firstView(page, `${serving.url}/searches/${large}`);
    const scrollCold = await measureScroll(page, Math.floor(trials / 2));
    const warm = await firstView(page, `${serving.url}/searches/${large}`);
    const scroll = { cold: scrollCold, warm: await measureScroll(page, Math.floor(trials / 3)) };
    const filter = await measureFilter(page);
    const plots: Record<string, number> = {};
    for (const name of [
      'Parallel coordinates',
      'Slice',
      'Heat map',
      'Fold differences',
      'Over-fitting',
      'Time line',
    ]) {
      plots[name] = await time(async () => {
        await page.getByRole('tab', { name, exact: true }).click();
        await page.locator('.plots canvas').first().waitFor();
      });
    }
    plots.Importance = await time(async () => {
      await page.getByRole('tab', { name: 'Importance' }).click();
      await page.locator('.shares').first().waitFor();
    });
    say(`Watching a search of 1,000 trials for ${options.liveSeconds} s …`);
    const live = await measureLive(page, serving.url, options.liveSeconds);
    return { trials, firstView: { ever, cold, warm }, scroll, filter, plots, live };
  } finally {
    await browser.close();
    await serving.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function time(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return Math.round(performance.now() - began);
}

const firstView = (page: Page, address: string) =>
  time(async () => {
    await page.goto(address);
    await Promise.all([
      page.locator(rows).first().waitFor(),
      page.locator('.plots canvas').first().waitFor(),
    ]);
  });

/** To a row of the board, and until it is drawn. */
async function measureScroll(page: Page, index: number): Promise<number> {
  return time(async () => {
    await page.locator('.board-scroll').evaluate((box, to) => {
      box.scrollTop = to * 37;
    }, index);
    await page.locator(`${rows}[aria-rowindex="${index}"]`).waitFor();
  });
}

async function measureFilter(page: Page): Promise<number> {
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByLabel('By', { exact: true }).selectOption('score');
  const taken = await time(async () => {
    await page.getByLabel('From', { exact: true }).fill('0.9');
    await page.getByText(/^[\d,]+ of [\d,]+ trials$/).waitFor();
    await page.locator(rows).first().waitFor();
  });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Remove the filter/ }).click();
  return taken;
}

async function measureLive(page: Page, url: string, seconds: number) {
  const client = new HoldfastClient({ url });
  const search = await client.createSearch({
    name: '1,000 trials, live',
    dataset: 'iris',
    space: { hiddenLayers: [[8], [16]], learningRate: { min: 0.001, max: 0.1, scale: 'log' }, epochs: 30 },
    strategy: { kind: 'random', trials: 1000 },
  });
  let refreshes = 0;
  page.on('response', (response) => {
    if (response.url().includes('/leaderboard/window')) refreshes++;
  });
  await page.goto(`${url}/searches/${search.id}`);
  await page.locator(rows).first().waitFor();
  await page.evaluate(() => {
    (globalThis as unknown as { longTasks: number[] }).longTasks.length = 0;
  });
  refreshes = 0;
  await page.waitForTimeout(seconds * 1000);
  const tasks = await page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks);
  await client.cancelSearch(search.id).catch(() => undefined);
  return { seconds, longestTask: Math.round(Math.max(0, ...tasks)), refreshes };
}

/** Tasks of 50 ms and more, as the browser itself tells them. */
async function countLongTasks(page: Page): Promise<void> {
  // As text: Node's types know no "longtask".
  const content = `
    globalThis.longTasks = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.longTasks.push(entry.duration);
    }).observe({ entryTypes: ['longtask'] });`;
  await page.addInitScript({ content });
}
