import { holdfastVersion, numericsVersion } from '@holdfast/contracts/versions';
import { workersSchema } from '@holdfast/contracts/worker';
import { typed } from '../command/typed.ts';
import { checkPort } from '../serve/check-port.ts';
import type { Finding } from './check.ts';

interface Address {
  url: string;
  key?: string | undefined;
}

const patience = 5000;

/** What answers at the address: whether it is ready, its clock, its workers. */
export async function checkService({ url, key }: Address): Promise<Finding[]> {
  const began = Date.now();
  let alive: Response;
  try {
    alive = await ask(url, '/healthz');
  } catch {
    return [await nothingThere(url)];
  }
  const ended = Date.now();
  const ready = await ask(url, '/readyz');
  const findings: Finding[] = [
    ready.ok
      ? { what: 'service', state: 'ok', found: `${url} is ready` }
      : {
          what: 'service',
          state: 'wrong',
          found: `${url} is up and not ready: ${await detailOf(ready)}`,
          wayOut: 'Look at its database, queue and evaluator; its logs are in .holdfast/logs',
        },
    checkClock(alive.headers.get('date'), (began + ended) / 2),
  ];
  const answer = await ask(url, '/v1/workers', key);
  if (answer.status === 401 || answer.status === 403) {
    const wayOut = 'Give one of its keys by --key or HOLDFAST_KEY';
    return [...findings, { what: 'key', state: 'wrong', found: await detailOf(answer), wayOut }];
  }
  if (!answer.ok) return findings;
  return [...findings, checkWorkers(workersSchema.parse(await answer.json()).items)];
}

function checkWorkers(workers: { version: string; numericsVersion: number; threads: number }[]): Finding {
  const threads = workers.reduce((sum, worker) => sum + worker.threads, 0);
  const found = `${workers.length} connected, ${threads} threads`;
  if (workers.length === 0) {
    return {
      what: 'workers',
      state: 'wrong',
      found: 'none is connected: nothing is trained',
      wayOut: 'Start one: holdfast worker',
    };
  }
  if (workers.some((worker) => worker.numericsVersion !== numericsVersion)) {
    return {
      what: 'workers',
      state: 'wrong',
      found: `${found}, of different numerics versions`,
      wayOut: 'Bring all of them to one version',
    };
  }
  if (workers.some(({ version }) => version !== holdfastVersion)) {
    return {
      what: 'workers',
      state: 'note',
      found: `${found}, not all of version ${holdfastVersion}`,
      wayOut: 'Bring all of them to one version',
    };
  }
  return { what: 'workers', state: 'ok', found };
}

/** HTTP's Date counts whole seconds, so a difference below two is none. */
function checkClock(date: string | null, now: number): Finding {
  const seconds = date === null ? Number.NaN : Math.abs(Date.parse(date) + 500 - now) / 1000;
  if (Number.isNaN(seconds)) return { what: 'clock', state: 'note', found: 'the service tells no time' };
  const found = `${seconds < 2 ? 'as' : `${seconds.toFixed(0)} s from`} the service’s`;
  return seconds < 30
    ? { what: 'clock', state: 'ok', found }
    : {
        what: 'clock',
        state: 'note',
        found,
        wayOut: 'Leases do not depend on it, times shown do: set the clock by NTP',
      };
}

async function nothingThere(url: string): Promise<Finding> {
  const { hostname, port } = new URL(url);
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  const start = `Start it: ${typed('serve')}. Elsewhere? Name it by --url or HOLDFAST_URL`;
  if (local) {
    try {
      await checkPort(hostname.replace(/[[\]]/g, ''), Number(port || 80));
    } catch {
      const wayOut = 'Another program has the port. Choose another: holdfast serve --port N';
      return { what: 'service', state: 'wrong', found: `what listens at ${url} is no Holdfast`, wayOut };
    }
  }
  return { what: 'service', state: 'wrong', found: `nothing answers at ${url}`, wayOut: start };
}

const ask = (url: string, path: string, key?: string) =>
  fetch(url.replace(/\/+$/, '') + path, {
    signal: AbortSignal.timeout(patience),
    headers: key ? { authorization: `Bearer ${key}` } : {},
  });

async function detailOf(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    return String((JSON.parse(text) as { detail?: unknown }).detail ?? answer.status);
  } catch {
    return String(answer.status);
  }
}
