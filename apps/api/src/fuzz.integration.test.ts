import { generateKeyPairSync } from 'node:crypto';
import { publishEvaluatorKey } from '@holdfast/db/evaluator-keys';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiDocument, listOperations, RequestDrawer } from '../../../tests/faults/src/draw-request.ts';
import { UploadDrawer } from '../../../tests/faults/src/draw-upload.ts';
import { RandomWords } from '../../../tests/faults/src/random-words.ts';
import { addDataset, complete, type Service, startService, submit } from '../test/service.ts';

// The short form; `npm run fuzz` and `npm run verify` send many more, to a service with a worker.
const requests = 250;
const uploads = 200;

let service: Service;
beforeAll(async () => {
  service = await startService();
  // So that test rows can be sealed; nobody will open them.
  const { x } = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' });
  await publishEvaluatorKey(service.database, Buffer.from(x!, 'base64url').toString('base64'));
});
afterAll(() => service.stop());

it('answers requests drawn from its own description, and beside it, without a 5xx', async () => {
  const { app, database } = service;
  await addDataset(database, 'toy');
  const { id } = await submit(app, { dataset: 'toy', space: { hiddenLayers: [[4]], epochs: 2 } });
  await complete(database, id, [0.5, 0.75]);
  const document = (await app.inject('/openapi.json')).json<ApiDocument>();
  const operations = listOperations(document).filter(({ path }) => !path.endsWith('/events'));
  const words = new RandomWords(20261126);
  const drawer = new RequestDrawer(words, document, ['toy', id, '0', '1', 'accuracy', 'random']);
  const statuses = new Set<number>();
  for (let sent = 0; sent < requests; sent++) {
    const { method, address, body } = drawer.draw(words.pick(operations));
    // A held answer would hold the test.
    const answer = await app.inject({
      method: method as 'GET',
      url: address.replace(/waitSeconds=[^&]*/, 'waitSeconds=0'),
      ...(body !== null && { payload: body, headers: { 'content-type': 'application/json' } }),
    });
    statuses.add(answer.statusCode);
    expect(answer.statusCode, `${method} ${address} ${body}\n${answer.body}`).toBeLessThan(500);
  }
  for (const met of [200, 400, 404, 422]) expect(statuses).toContain(met);
});

it('takes or refuses drawn files, and answers none with a 5xx', async () => {
  const drawer = new UploadDrawer(new RandomWords(20261127));
  const statuses = new Set<number>();
  const boundary = 'x-drawn-x';
  for (let sent = 0; sent < uploads; sent++) {
    const { spec, file } = drawer.draw();
    const part = (name: string, more = '') =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`;
    const payload = Buffer.concat([
      Buffer.from(`${part('spec')}${spec}\r\n${part('file', '; filename="drawn.csv"')}`),
      file,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    const answer = await service.app.inject({
      method: 'POST',
      url: '/v1/datasets',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      payload,
    });
    statuses.add(answer.statusCode);
    expect(
      answer.statusCode,
      `${spec}\n${JSON.stringify(Buffer.from(file).toString('latin1'))}\n${answer.body}`,
    ).toBeLessThan(500);
    if (answer.statusCode === 422) expect(answer.json().errors.length).toBeGreaterThan(0);
  }
  for (const met of [201, 422]) expect(statuses).toContain(met);
});
