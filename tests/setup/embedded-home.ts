import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNode } from '../e2e/node-process.ts';
import { holdfastBin } from '../e2e/start-embedded.ts';

/**
 * A data folder on which `holdfast serve` ran once, in HOLDFAST_TEST_HOME: services for tests start on copies of it, and need not
 * make a cluster and its tables each. That an empty folder does as well is for tests/e2e/serve.embedded.test.ts to show.
 */
export default async function prepareHome(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-home-'));
  const home = join(folder, 'home');
  const serving = startNode(holdfastBin, ['serve', '--port', '0', '--home', home], {});
  await serving.until(/Ready in .* at (http\S+)/);
  await serving.end('SIGINT');
  // Copies must not ask for one port.
  await rm(join(home, 'postgres', 'port'), { force: true });
  process.env.HOLDFAST_TEST_HOME = home;
  return () => rm(folder, { recursive: true, force: true });
}
