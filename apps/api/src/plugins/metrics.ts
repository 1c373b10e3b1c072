import { foldRunStates, modelStates, searchStates, trialStates } from '@holdfast/contracts/states';
import type { Database } from '@holdfast/db/open-database';
import { listWorkers, loadWorkerLoads } from '@holdfast/db/workers';
import type { Queues } from '@holdfast/queue/open-queues';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import { countStates } from './count-states.ts';
import { registerFoldRunDurations } from './fold-run-durations.ts';
import { problemAnswers } from './openapi.ts';

/** `GET /metrics` in the text format of Prometheus. Register before the routes that it shall time. */
export async function measure(app: App, { database, queues }: { database: Database; queues: Queues }) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  const durations = new Histogram({
    name: 'holdfast_http_request_duration_seconds',
    help: 'From the request’s arrival to the last byte of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    durations.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
  });

  const searches = new Gauge({
    name: 'holdfast_searches',
    help: 'Searches by state.',
    labelNames: ['status'],
    registers: [registry],
  });
  const foldRuns = new Gauge({
    name: 'holdfast_fold_runs',
    help: 'Fold runs by state.',
    labelNames: ['state'],
    registers: [registry],
  });
  const models = new Gauge({
    name: 'holdfast_models',
    help: 'Final models by state.',
    labelNames: ['status'],
    registers: [registry],
  });
  const trials = new Gauge({
    name: 'holdfast_trials',
    help: 'Trials by state.',
    labelNames: ['state'],
    registers: [registry],
  });
  const losses = new Gauge({
    name: 'holdfast_fold_run_losses',
    help: 'Leases that ended before their result, over the fold runs that are stored.',
    registers: [registry],
  });
  const lateResults = new Gauge({
    name: 'holdfast_late_results',
    help: 'Results that were dropped, since their attempt had been given up.',
    registers: [registry],
  });
  const threads = new Gauge({
    name: 'holdfast_worker_threads',
    help: 'Threads of the workers that are connected.',
    registers: [registry],
  });
  const running = new Gauge({
    name: 'holdfast_worker_running_fold_runs',
    help: 'Fold runs that connected workers train now.',
    registers: [registry],
  });
  const busy = new Counter({
    name: 'holdfast_worker_busy_seconds_total',
    help: 'Seconds that threads have trained, by worker; its rate over the threads is their utilisation.',
    labelNames: ['worker'],
    registers: [registry],
  });
  const showDurations = registerFoldRunDurations(registry);
  const waiting = new Gauge({
    name: 'holdfast_queue_waiting_jobs',
    help: 'Jobs that no worker has taken yet.',
    registers: [registry],
  });
  const storeUp = new Gauge({
    name: 'holdfast_store_up',
    help: '1 where the database answered this scrape.',
    registers: [registry],
  });
  const queueUp = new Gauge({
    name: 'holdfast_queue_up',
    help: '1 where the queue answered this scrape.',
    registers: [registry],
  });

  async function readStore() {
    try {
      const [counts, workers, loads] = await Promise.all([
        countStates(database),
        listWorkers(database),
        loadWorkerLoads(database),
      ]);
      showDurations(loads);
      busy.reset();
      for (const [worker, { busySeconds }] of loads) busy.inc({ worker }, busySeconds);
      for (const status of searchStates) searches.set({ status }, counts.searches[status] ?? 0);
      for (const state of foldRunStates) foldRuns.set({ state }, counts.foldRuns[state] ?? 0);
      for (const state of trialStates) trials.set({ state }, counts.trials[state]);
      losses.set(counts.losses);
      lateResults.set(counts.lateResults);
      threads.set(workers.reduce((sum, worker) => sum + worker.threads, 0));
      running.set(workers.reduce((sum, worker) => sum + worker.runningFolds, 0));
      for (const status of modelStates) models.set({ status }, counts.models[status] ?? 0);
      storeUp.set(1);
    } catch {
      // What was counted last would look like the present.
      searches.reset();
      foldRuns.reset();
      trials.reset();
      for (const gauge of [losses, lateResults, threads, running]) gauge.set(Number.NaN);
      models.reset();
      busy.reset();
      showDurations(new Map());
      storeUp.set(0);
    }
  }

  async function readQueue() {
    try {
      waiting.set(await queues.trainFolds.waiting());
      queueUp.set(1);
    } catch {
      waiting.set(Number.NaN);
      queueUp.set(0);
    }
  }

  app.get(
    '/metrics',
    {
      schema: {
        tags: ['Service'],
        summary: 'Metrics for Prometheus',
        operationId: 'getMetrics',
        response: {
          200: { description: 'Text format 0.0.4', content: { 'text/plain': { schema: z.string() } } },
          ...problemAnswers(),
        },
      },
    },
    async (_request, reply) => {
      await Promise.all([readStore(), readQueue()]);
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  );
}
