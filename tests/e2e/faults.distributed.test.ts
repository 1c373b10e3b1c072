import { expect, it } from 'vitest';
import { describeReport } from '../faults/src/describe-report.ts';
import { kinds } from '../faults/src/kinds.ts';
import { runCampaign } from '../faults/src/run-campaign.ts';
import { drawSchedule } from '../faults/src/schedule.ts';

it('loses nothing and counts nothing twice under a short campaign of faults', async () => {
  const report = await runCampaign({ seed: 20, faults: 16, workers: 2, queue: 'redis', pauseMs: [50, 1200] });
  console.log(describeReport(report));
  expect(report.violations).toEqual([]);
  expect([...report.injected.values()].reduce((sum, one) => sum + one, 0)).toBeGreaterThan(10);
  expect(report.searches).toBeGreaterThan(4);
}, 900_000);

it('draws every kind of fault, and the same ones for the same seed', () => {
  const drawn = drawSchedule(3, 2000, kinds);
  expect(new Set(drawn.map(({ kind }) => kind))).toEqual(new Set(Object.keys(kinds)));
  expect(drawSchedule(3, 50, kinds)).toEqual(drawn.slice(0, 50));
  expect(drawSchedule(4, 50, kinds)).not.toEqual(drawn.slice(0, 50));
});
