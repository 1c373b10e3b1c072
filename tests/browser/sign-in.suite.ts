import { expect, it } from 'vitest';
import { findFaults } from './find-faults.ts';
import type { Visit } from './visit.ts';

/** Into a service that asks for a key; leaves the visitor signed in. */
export function testSignIn(visit: () => Visit, key: string): void {
  it('asks for the key, refuses a wrong one, and remembers the right one', async () => {
    const { service, page, complaints } = visit();
    await page.goto(`${service.url}/datasets`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await findFaults(page)).toEqual([]);
    await page.getByLabel('API key').fill('another');
    await page.keyboard.press('Enter');
    await page.getByText('The service does not know this key.').waitFor();
    await page.getByLabel('API key').fill(key);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'No data set yet' }).waitFor();
    expect(await findFaults(page)).toEqual([]);

    // Neither scripts nor other sites get at it.
    expect(await page.context().cookies()).toMatchObject([{ httpOnly: true, sameSite: 'Strict' }]);
    expect(await page.evaluate(() => document.cookie + sessionStorage.length + localStorage.length)).toBe(
      '00',
    );
    await page.reload();
    await page.getByRole('heading', { name: 'No data set yet' }).waitFor();
    // The browser notes on its console what was refused, as it should be.
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
    complaints.length = 0;
  });
}

export function testSignOut(visit: () => Visit): void {
  it('forgets the key when one signs out', async () => {
    const { page } = visit();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.context().cookies()).toEqual([]);
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
}
