import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningService } from '../e2e/service.ts';
import { startEmbedded } from '../e2e/start-embedded.ts';
import { findFaults } from './find-faults.ts';
import { openBrowser, type Visitor } from './open-browser.ts';

const key = 'a-key-for-the-browser-test';
let service: RunningService;
let visitor: Visitor;

beforeAll(async () => {
  service = await startEmbedded({ threads: 1, key });
  visitor = await openBrowser(service.url);
});
afterAll(async () => {
  await visitor?.browser.close();
  await service?.stop();
});

it('asks for the key, refuses a wrong one, remembers the right one, and forgets it', async () => {
  const { page } = visitor;
  await page.goto(`${service.url}/datasets`);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.getByLabel('API key').fill('another');
  await page.keyboard.press('Enter');
  await page.getByText('The service does not know this key.').waitFor();
  await page.getByLabel('API key').fill(key);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'No data set yet' }).waitFor();

  // Neither scripts nor other sites get at it.
  expect(await page.context().cookies()).toMatchObject([{ httpOnly: true, sameSite: 'Strict' }]);
  expect(await page.evaluate(() => document.cookie + sessionStorage.length + localStorage.length)).toBe('00');
  await page.reload();
  await page.getByRole('heading', { name: 'No data set yet' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await page.context().cookies()).toEqual([]);
  await page.reload();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
});
