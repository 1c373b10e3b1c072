import { HoldfastClient } from '@holdfast/client/holdfast-client';
import { startCluster } from './cluster.ts';
import { type ApiDocument, type DrawnRequest, listOperations, RequestDrawer } from './draw-request.ts';
import { type DrawnUpload, UploadDrawer } from './draw-upload.ts';
import { RandomWords } from './random-words.ts';

export interface FuzzReport {
  requests: number;
  /** How many answers had each status; 0: the connection was closed. */
  statuses: Map<number, number>;
  violations: string[];
  megabytes: { before: number | null; after: number | null };
  seconds: number;
}

const atOnce = 8;
const patienceMs = 60_000;
/** Beyond that, something is kept for every request. */
const mostMegabytesMore = 700;

/**
 * Sends requests drawn from the service's own OpenAPI document, and uploads of drawn files, to a service of its own: none
 * may be answered with 5xx.
 */
export async function runFuzz(options: {
  seed: number;
  requests: number;
  /** Files among them. */
  uploads: number;
  log?: (line: string) => void;
}): Promise<FuzzReport> {
  const { seed, requests, uploads, log = () => {} } = options;
  const violations: string[] = [];
  const complain = (violation: string) => {
    violations.push(violation);
    log(`violation: ${violation}`);
  };
  const began = performance.now();
  const cluster = await startCluster({ workers: 1, queue: 'postgres', complain });
  const statuses = new Map<number, number>();
  try {
    const client = new HoldfastClient({ url: cluster.url });
    await client.generateDataset({ name: 'spiral', source: { kind: 'spiral', samplesPerClass: 20 } });
    const { id } = await client.createSearch({
      dataset: 'spiral',
      space: { epochs: 2, hiddenLayers: [[4]] },
    });
    for await (const event of client.watchSearch(id)) if (event.name === 'end') break;
    const document = (await (await fetch(`${cluster.url}/openapi.json`)).json()) as ApiDocument;
    // Streams have no end of their own.
    const operations = listOperations(document).filter(({ path }) => !path.endsWith('/events'));
    const words = new RandomWords(seed);
    const drawer = new RequestDrawer(words, document, ['spiral', id, '0', '1', 'accuracy', 'random']);
    const before = await cluster.api.process.megabytes();
    const files = new UploadDrawer(words);
    const note = (status: number, what: () => string) => {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      // Whether all is ready depends on the machine too: 503 is one of its two answers.
      const isFailure = status >= 500 && !(status === 503 && what().includes('/readyz'));
      if (isFailure || status === 0) complain(`${status} for ${what()}`);
    };
    let sent = 0;
    const send = async () => {
      while (sent < requests) {
        sent += 1;
        if (sent % 5000 === 0) log(`${sent} of ${requests} requests`);
        // Spread evenly among the others.
        if (Math.floor((sent * uploads) / requests) > Math.floor(((sent - 1) * uploads) / requests)) {
          const drawn = files.draw();
          note(await upload(cluster.url, drawn), () => `the upload ${describeUpload(drawn)}`);
          continue;
        }
        const request = drawer.draw(words.pick(operations));
        note(
          await ask(cluster.url, request),
          () => `${request.method} ${request.address.slice(0, 500)} ${request.body?.slice(0, 1000) ?? ''}`,
        );
      }
    };
    await Promise.all(Array.from({ length: atOnce }, send));
    const after = await cluster.api.process.megabytes();
    if (before !== null && after !== null && after - before > mostMegabytesMore)
      complain(`the API took ${after.toFixed(0)} MB after ${requests} requests, ${before.toFixed(0)} before`);
    const health = await fetch(`${cluster.url}/readyz`);
    if (!health.ok) complain(`not ready afterwards: ${health.status}`);
    return {
      requests,
      statuses,
      violations,
      megabytes: { before, after },
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    await cluster.stop();
  }
}

async function ask(url: string, { method, address, body }: DrawnRequest): Promise<number> {
  try {
    const answer = await fetch(`${url}${address}`, {
      method,
      ...(body !== null && { body, headers: { 'content-type': 'application/json' } }),
      signal: AbortSignal.timeout(patienceMs),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}

async function upload(url: string, { spec, file }: DrawnUpload): Promise<number> {
  const form = new FormData();
  form.append('spec', new Blob([spec], { type: 'application/json' }));
  form.append('file', new Blob([Buffer.from(file)]), 'drawn.csv');
  try {
    const answer = await fetch(`${url}/v1/datasets`, {
      method: 'POST',
      body: form,
      signal: AbortSignal.timeout(patienceMs),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}

function describeUpload({ spec, file }: DrawnUpload): string {
  return `${spec} ${JSON.stringify(Buffer.from(file).toString('latin1').slice(0, 2000))}`;
}
