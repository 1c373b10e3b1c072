import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { created, problem, type Sent, serveDatasets } from '../../test/dataset-service.ts';

const service = serveDatasets();
const { get, post, upload } = service;
const spiral = { source: { kind: 'spiral', samplesPerClass: 50 } };
beforeAll(service.publishKey);

describe('data sets that are refused', () => {
  const good = `x,c\n${'1,a\n2,b\n'.repeat(10)}`;

  it.each<[name: string, sent: Sent, status: number, type: string, errors: object[]]>([
    [
      'ragged rows',
      { spec: { name: 'n', target: 'c' }, file: `${good}3\n` },
      422,
      'invalid-dataset',
      [{ pointer: '', message: expect.stringMatching(/^Line 22: Expected 2 cells/) }],
    ],
    [
      'text in a numeric column',
      { spec: { name: 'n', target: 'c' }, file: gzipSync(`${good}three,a\n`) },
      422,
      'invalid-dataset',
      [{ pointer: '', message: expect.stringMatching(/^Line 22, column 1 \("x"\)/) }],
    ],
    [
      'a missing target',
      { spec: { name: 'n' }, file: good },
      422,
      'invalid-dataset',
      [{ pointer: '/target', message: expect.any(String) }],
    ],
    [
      'an unknown field and a prototype',
      { spec: { name: 'n', target: 'c', constructorr: {} }, file: good },
      422,
      'invalid-dataset',
      [{ pointer: '/constructorr', message: expect.stringContaining('Unknown field') }],
    ],
    [
      'values of the wrong type',
      { spec: { name: 'n', target: 'c', revealBudget: '1', drop: null }, file: good },
      422,
      'invalid-dataset',
      [
        { pointer: '/drop', message: expect.any(String) },
        { pointer: '/revealBudget', message: expect.any(String) },
      ],
    ],
    [
      'a file and a source',
      { spec: { name: 'n', ...spiral }, file: good },
      422,
      'invalid-dataset',
      [{ pointer: '/source', message: expect.any(String) }],
    ],
    [
      'no spec',
      { file: good },
      400,
      'invalid-request',
      [{ pointer: '', message: expect.stringContaining('"spec"') }],
    ],
    [
      'no file',
      { spec: { name: 'n' } },
      400,
      'invalid-request',
      [{ pointer: '', message: expect.stringContaining('"file"') }],
    ],
    [
      'too large a file',
      { spec: { name: 'n' }, file: Buffer.alloc(5 << 20, '1,2\n') },
      413,
      'too-large',
      [{ pointer: '', message: expect.any(String) }],
    ],
  ])('%s', async (_, sent, status, type, errors) => {
    for (const fileFirst of [false, true]) {
      expect((await problem(upload({ ...sent, fileFirst }), status, type)).errors).toEqual(errors);
    }
  });

  it('other parts, parts twice and specs that are no JSON', async () => {
    const send = (...parts: [name: string, text: string][]) => {
      const form = new FormData();
      for (const [part, text] of parts) form.append(part, text);
      return fetch(`${service.address}/v1/datasets`, { method: 'POST', body: form });
    };
    const unknown = await problem(send(['spec', '{}'], ['data', good]), 400, 'invalid-request');
    expect(unknown.detail).toContain('no part "data"');
    expect((await problem(send(['spec', '{}'], ['spec', '{}']), 400, 'invalid-request')).detail).toContain(
      'twice',
    );
    await problem(send(['spec', '{"name":'], ['file', good]), 400, 'malformed-json');
    const unsafe = await problem(
      send(['spec', '{"name":"n","__proto__":{}}'], ['file', good]),
      422,
      'invalid-dataset',
    );
    expect(unsafe.errors![0]!.pointer).toBe('/__proto__');
  });

  it('bodies that are broken', async () => {
    const send = (body: string, type: string) =>
      fetch(`${service.address}/v1/datasets`, { method: 'POST', body, headers: { 'content-type': type } });
    await problem(send('--b\r\nnonsense', 'multipart/form-data; boundary=b'), 400, 'invalid-request');
    await problem(send('anything', 'multipart/form-data'), 400, 'invalid-request');
    const cut = '--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\nx,c\n1,a\n';
    await problem(send(cut, 'multipart/form-data; boundary=b'), 400, 'invalid-request');
    await problem(send('x,c\n1,a\n', 'text/csv'), 415, 'unsupported-media-type');
    await problem(send('{', 'application/json'), 400, 'malformed-json');
    await problem(send('[]', 'application/json'), 422, 'invalid-dataset');
  });

  it('generated data with columns that they do not have', async () => {
    const refused = await problem(
      post({ name: 'n', ...spiral, target: 'c', group: 'g', task: 'binary' }),
      422,
      'invalid-dataset',
    );
    expect(refused.errors!.map((error) => error.pointer)).toEqual([
      '/target',
      '/task',
      '/group',
      '/test/kind',
    ]);
    expect((await problem(post({ name: 'n' }), 422, 'invalid-dataset')).errors![0]!.pointer).toBe('/source');
    const noise = { source: { kind: 'spiral', noise: 1e9 } };
    expect((await problem(post({ name: 'n', ...noise }), 422, 'invalid-dataset')).errors![0]!.pointer).toBe(
      '/source/noise',
    );
    await created(post({ name: 'taken', ...spiral }));
    await problem(post({ name: 'taken', ...spiral }), 409, 'name-taken');
  });

  it('while a client still sends: it gets its answer, and the connection serves on', async () => {
    const { port } = new URL(service.address);
    const socket = connect(Number(port), '127.0.0.1');
    const head = '--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\nx,c\n1\n';
    const rest = Buffer.alloc(8 << 20, '1,2\n');
    const tail = '\r\n--b--\r\n';
    const length = head.length + rest.length + tail.length;
    socket.write(
      `POST /v1/datasets HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: ${length}\r\n\r\n${head}`,
    );
    socket.write(rest);
    socket.write(`${tail}GET /v1/datasets?limit=1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    let answers = '';
    for await (const chunk of socket) answers += chunk;
    expect(answers.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 422', 'HTTP/1.1 200']);
  });

  it('of clients that hang up, and leave nothing behind', async () => {
    const { port } = new URL(service.address);
    const before = await (await get('?limit=1000')).json();
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'POST /v1/datasets HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 100000\r\n\r\n' +
        '--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\nx,c\n1,a\n',
      () => socket.destroy(),
    );
    await new Promise((resolve) => socket.on('close', resolve));
    expect(await (await get('?limit=1000')).json()).toEqual(before);
  });
});
