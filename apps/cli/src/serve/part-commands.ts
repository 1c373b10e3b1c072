import { Command } from 'commander';

/** A part of the service as a process of its own, set by its environment. */
const part = (name: string, description: string, module: string) =>
  new Command(name).description(description).action(async () => {
    // It reads its own command line, on which it has no name.
    process.argv.length = 2;
    await import(module);
  });

export const apiCommand = () =>
  part(
    'api',
    'the HTTP API alone (DATABASE_URL, REDIS_URL, HOST, PORT, HOLDFAST_KEY)',
    '@holdfast/api/server',
  );

export const workerCommand = () =>
  part('worker', 'a worker alone (DATABASE_URL, REDIS_URL, HOLDFAST_THREADS)', '@holdfast/worker/worker');

export const evaluatorCommand = () =>
  part('evaluator', 'the evaluator alone (DATABASE_URL, HOLDFAST_HOME)', '@holdfast/evaluator/evaluator');
