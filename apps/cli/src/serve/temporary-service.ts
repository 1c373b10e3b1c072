import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HoldfastClient } from '@holdfast/client/holdfast-client';
import { exitCodes } from '../command/exit-codes.ts';
import { Waiting } from '../terminal/waiting.ts';
import { serve } from './serve.ts';

/**
 * Runs `work` on a whole service of its own, on a free port and a temporary folder that goes with it. Ctrl-C aborts `signal`;
 * the service is stopped and the folder removed in any case.
 * @param out where whoever waits is told of the start
 * @returns the exit code: that of `work`, or the one for Ctrl-C
 */
export async function onTemporaryService(
  out: NodeJS.WriteStream,
  work: (client: HoldfastClient, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const stopping = new AbortController();
  const waiting = new Waiting(out);
  const stop = () => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    waiting.end();
    out.write(`${out.isTTY ? '\n' : ''}Stopping: nothing of it is kept …\n`);
    waiting.step('Waiting for what drains');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  // A key of its own: those in the environment are of another service.
  const key = randomUUID();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-'));
  try {
    const service = await serve(
      {
        port: 0,
        host: '127.0.0.1',
        home: join(folder, 'home'),
        threads: undefined,
        key,
        databaseUrl: undefined,
        redisUrl: undefined,
        demo: false,
        logLevel: 'info',
      },
      {
        report: (line) => process.stderr.write(`${line}\n`),
        step: (what) => waiting.step(what),
      },
    );
    waiting.end();
    try {
      if (stopping.signal.aborted) return exitCodes.interrupted;
      return await work(new HoldfastClient({ url: service.url, key }), stopping.signal);
    } catch (error) {
      if (stopping.signal.aborted) return exitCodes.interrupted;
      throw error;
    } finally {
      await service.stop();
    }
  } finally {
    waiting.end();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, stop);
    await rm(folder, { recursive: true, force: true });
  }
}
