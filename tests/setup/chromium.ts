import { chromiumNames, findProgram } from '../../scripts/system-parts.mjs';

/** Names the browser for the tests: HOLDFAST_TEST_CHROMIUM is the path of Chromium or Chrome. */
export default function nameChromium(): void {
  const chromium = findProgram(chromiumNames);
  if (chromium === null) throw new Error('No Chromium found on PATH. `npm test` says how to get it.');
  process.env.HOLDFAST_TEST_CHROMIUM = chromium;
}
