import { startTemporaryRedis } from '@holdfast/queue/temporary-redis';
import { startWorker } from '@holdfast/worker/start-worker';
import { test } from 'vitest';
import { createTestDatabase } from './temporary-services.suite.ts';
import { gridOf, insertSpiral, submit, waitForSearch } from './worker.suite.ts';
test('rate', async () => {
  const t = await createTestDatabase();
  const redis = await startTemporaryRedis();
  const ds = await insertSpiral(t.db, 10);
  const big = await insertSpiral(t.db, 300);
  for (const url of [null, redis.url]) for (const threads of [1, 2]) {
    const w = await startWorker({ databaseUrl: t.url, redisUrl: url, threads, name: 'b', logLevel: 'error' });
    const warm = await submit(t.db, ds, gridOf(50, { epochs: 1, hiddenLayers: [] }), { samplesPerClass: 10 });
    await waitForSearch(t.db, warm, (s) => s.status === 'completed');
    const t0 = performance.now();
    const cpu0 = process.cpuUsage();
    const s = await submit(t.db, ds, gridOf(500, { epochs: 1, hiddenLayers: [] }), { samplesPerClass: 10 });
    const r = await waitForSearch(t.db, s, (s) => s.status === 'completed');
    const cpu = process.cpuUsage(cpu0);
    const { rows } = await t.db.pool.query('SELECT sum(seconds) s, max(attempt) a FROM fold_results WHERE search_id=$1', [s]);
    console.log(url ? 'redis' : 'postgres', threads, '2000 empty fold runs', Math.round(2000 / ((performance.now() - t0) / 1000)), '/s; train s', rows[0].s, 'cpu', (cpu.user + cpu.system) / 1e6, 'wall', (performance.now() - t0) / 1000, r.lateResults, rows[0].a);
    // about 0.5 s a fold
    const t1 = performance.now();
    const m = await submit(t.db, big, gridOf(5, { epochs: 60, hiddenLayers: [64, 64] }), { samplesPerClass: 300 });
    await waitForSearch(t.db, m, (s) => s.status === 'completed');
    const wall = (performance.now() - t1) / 1000;
    const q = await t.db.pool.query('SELECT sum(seconds) s FROM fold_results WHERE search_id=$1', [m]);
    console.log('  20 longer folds: training s', q.rows[0].s, 'wall x threads', wall * threads, 'overhead', ((wall * threads) / q.rows[0].s - 1) * 100, '%');
    await w.close();
  }
  await redis.kill();
  await t.drop();
}, 200000);
