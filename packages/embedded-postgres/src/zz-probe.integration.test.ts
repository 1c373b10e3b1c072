import { expect, test } from 'vitest';
test('servers', async () => {
  expect(process.env.HOLDFAST_TEST_REDIS_URL).toMatch(/^redis:/);
  expect(process.env.HOLDFAST_TEST_POSTGRES_URL).toMatch(/^postgres:/);
  if (process.env.PROBE_HANG) await new Promise(() => setInterval(() => {}, 1000));
});
