import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

export interface Visitor {
  browser: Browser;
  page: Page;
  /** What the console, the page or the network had to complain of: errors, refusals of the content-security policy. */
  complaints: string[];
}

/** A browser with one page; whatever it asks for elsewhere than at `url` is a complaint. */
export async function openBrowser(url: string, options: BrowserContextOptions = {}): Promise<Visitor> {
  const browser = await chromium.launch({
    executablePath: process.env.HOLDFAST_TEST_CHROMIUM ?? '',
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...options });
  // A machine that does much else besides takes its time.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(url) && !address.startsWith('blob:'))
      complaints.push(`asked elsewhere: ${address}`);
  });
  return { browser, page, complaints };
}
