import { HoldfastClient } from '@holdfast/client/holdfast-client';
import { holdfastVersion } from '@holdfast/contracts/versions';
import { explainFailure } from '../command/explain-failure.ts';
import { runDemo } from '../demo/run-demo.ts';
import { Waiting } from '../terminal/waiting.ts';
import { type Service, serve } from './serve.ts';
import { readServeSettings, type ServeFlags } from './serve-settings.ts';

const whereToLook = (url: string) =>
  [`Dashboard      ${url}`, `Documentation  ${url}/docs`, `HTTP API       ${url}/docs/api`].join('\n');

/** A starter such as npm passes on the signal that the terminal sent to the whole group: both are one Ctrl-C, in ms. */
const oneKeyPress = 1000;

/**
 * `holdfast serve` from start to Ctrl-C. Resolves with the exit code when everything is stopped.
 * A second Ctrl-C does not wait for what drains.
 */
export async function runServe(flags: ServeFlags): Promise<number> {
  const out = process.stdout;
  const waiting = new Waiting(out);
  const report = (line: string) => {
    waiting.end();
    process.stderr.write(`${line}\n`);
  };
  const stopping = new AbortController();
  let service: Service | undefined;
  let announce: (() => void) | undefined;
  const asked = new Promise<void>((resolve) => {
    announce = resolve;
  });
  let askedAt = 0;
  const onSignal = () => {
    if (stopping.signal.aborted) {
      if (performance.now() - askedAt > oneKeyPress) service?.kill();
      return;
    }
    askedAt = performance.now();
    waiting.end();
    stopping.abort();
    out.write(`${out.isTTY ? '\n' : ''}Stopping: running folds are given back, results are kept …\n`);
    announce?.();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);
  let code = 0;
  try {
    const settings = readServeSettings(flags, process.env);
    const began = performance.now();
    out.write(`Holdfast ${holdfastVersion} starts on ${settings.home}\n`);
    service = await serve(settings, { report, step: (what) => waiting.step(what) });
    waiting.end();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    out.write(`Ready in ${seconds} s at ${service.url} (Ctrl-C stops all of it)\n`);
    if (settings.demo && !stopping.signal.aborted) {
      const client = new HoldfastClient({ url: service.url, key: settings.key });
      await runDemo(client, service.url, out, stopping.signal).catch((error: Error) => {
        if (!stopping.signal.aborted) report(`The example could not be run: ${error.message}`);
      });
    }
    if (!stopping.signal.aborted) out.write(`\n${whereToLook(service.url)}\n\nServing. Ctrl-C stops.\n`);
    await asked;
  } catch (error) {
    const failure = explainFailure(error);
    report(failure.message);
    code = failure.code;
  }
  waiting.step('Waiting for what drains');
  await service?.stop();
  waiting.end();
  if (service) out.write('Stopped.\n');
  return code;
}
