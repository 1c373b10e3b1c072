import { openAsBlob } from 'node:fs';
import { resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningService } from '../e2e/service.ts';
import { startEmbedded } from '../e2e/start-embedded.ts';

describe('the dashboard', () => {
  let service: RunningService;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    service = await startEmbedded({ threads: 1 });
    browser = await chromium.launch({
      executablePath: process.env.HOLDFAST_TEST_CHROMIUM ?? '',
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    });
    page = await browser.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(service.url)) complaints.push(`asked elsewhere: ${request.url()}`);
    });
  });

  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  it('shows an empty store how to begin, then a search and its board as it grows', async () => {
    await page.goto(service.url);
    await page.getByText('No search yet').waitFor();

    const data = await openAsBlob(resolve(import.meta.dirname, '../../examples/data/iris.csv'));
    await service.client.uploadDataset({ name: 'iris', target: 'species' }, data, 'iris.csv');
    const search = await service.client.createSearch({
      name: 'Seen in a browser',
      dataset: 'iris',
      space: {
        hiddenLayers: [[8], [16]],
        learningRate: { min: 0.001, max: 0.1, scale: 'log', points: 15 },
        epochs: 150,
      },
    });
    await page.getByRole('link', { name: 'Seen in a browser' }).click();
    await page.waitForURL(`**/searches/${search.id}`);

    // Live: rows get their ranks while the search still runs, without a reload.
    const ranks = page.locator('table.board tbody td:first-child');
    await expect.poll(() => ranks.filter({ hasText: /^1$/ }).count(), { timeout: 60_000 }).toBe(1);
    await page.getByTestId('status').filter({ hasText: 'completed' }).waitFor({ timeout: 120_000 });
    await expect.poll(() => ranks.filter({ hasText: /^\d+$/ }).count(), { timeout: 20_000 }).toBe(30);

    const board = await service.client.getLeaderboard(search.id);
    const best = page.locator('table.board tbody tr').first();
    expect(await best.locator('td').nth(1).textContent()).toBe(String(board.items[0]?.trial));
    expect(await best.locator('td').nth(2).textContent()).toContain(board.items[0]?.score.mean?.toFixed(4));
    expect(await best.locator('svg.folds circle').count()).toBe(5);
    expect(complaints).toEqual([]);
  });

  it('says what is wrong with an address that leads nowhere', async () => {
    await page.goto(`${service.url}/searches/se_00000000000000000000`);
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toContain('There is no such thing');
  });
});
