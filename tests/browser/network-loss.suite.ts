import { expect, it } from 'vitest';
import { startCuttableProxy } from '../../apps/api/test/cuttable-proxy.ts';
import type { Visit } from './visit.ts';

export function testNetworkLoss(visit: () => Visit): void {
  it('says that the connection is lost, keeps what was there, and catches up', async () => {
    const { service, page: first } = visit();
    const network = await startCuttableProxy(service.url);
    // The cookie is for the host, whatever the port.
    const page = await first.context().newPage();
    try {
      await service.client.generateDataset({
        name: 'spiral',
        source: { kind: 'spiral', samplesPerClass: 100, classes: 3, noise: 0.2, seed: 0 },
      });
      const search = await service.client.createSearch({
        name: 'Through a cut',
        dataset: 'spiral',
        space: { hiddenLayers: [[16]], learningRate: [0.01, 0.02], epochs: 300_000 },
      });
      await page.goto(`${network.url}searches/${search.id}`);
      await page.getByTestId('stream').filter({ hasText: 'live' }).waitFor();
      await page.locator('.board-table tr[data-trial]').first().waitFor();

      network.cut();
      await page.getByTestId('stream').filter({ hasText: 'connection lost' }).waitFor();
      await page.getByText('Holdfast does not answer since').waitFor();
      expect(await page.locator('.board-table tr[data-trial]').count()).toBe(2);
      // Meanwhile the search is cancelled: the page must learn of it, although it saw no event.
      await service.client.cancelSearch(search.id);

      network.mend();
      await page.getByTestId('status').filter({ hasText: 'cancelled' }).waitFor();
      await page.getByText('Holdfast does not answer since').waitFor({ state: 'detached' });
      await expect
        .poll(() => page.locator('.board-table tr[data-trial]').filter({ hasText: 'cancelled' }).count())
        .toBe(2);
    } finally {
      await page.close();
      await network.close();
    }
  });
}
