import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Model } from '@holdfast/contracts/model';
import type { Reveal } from '@holdfast/contracts/reveal';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onnxLabels } from '../../apps/api/test/onnx-labels.ts';
import { startOtlpCollector } from '../setup/otlp-collector.ts';
import { startNode } from './node-process.ts';
import { type EmbeddedService, holdfastBin, startEmbedded } from './start-embedded.ts';

const examples = resolve(import.meta.dirname, '../../examples');
let service: EmbeddedService;
let collector: Awaited<ReturnType<typeof startOtlpCollector>>;
let folder: string;

/** Runs a command to its end. */
function holdfast(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, HOLDFAST_URL: service.url };
  return new Promise((done) => {
    execFile(process.execPath, [holdfastBin, ...args], { env, cwd: folder }, (error, out, err) => {
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
    });
  });
}

beforeAll(async () => {
  collector = await startOtlpCollector();
  service = await startEmbedded({
    threads: 1,
    environment: {
      LOG_LEVEL: 'debug',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
  });
  folder = await mkdtemp(join(tmpdir(), 'holdfast-cli-'));
});

afterAll(async () => {
  await service.stop();
  await collector.close();
  await rm(folder, { recursive: true, force: true });
});

test('from a file to a board, by commands alone', async () => {
  const added = await holdfast('datasets', 'add', join(examples, 'data/iris.csv'), '--target', 'species');
  expect(added).toMatchObject({ code: 0, out: expect.stringContaining('30 locked away') });

  await writeFile(
    join(folder, 'search.yaml'),
    'dataset: iris\nspace:\n  hiddenLayers: [[4], [8]]\n  epochs: 5\n',
  );
  const small = ['submit', 'search.yaml', '--set', 'learningRate=[0.01, 0.1]'];
  const dry = await holdfast(...small, '--dry-run');
  expect(dry.out).toMatch(/^4 trials, 20 fold runs/);
  expect((await holdfast('searches', 'list')).out).toMatch(/^No search yet/);

  const run = await holdfast(...small, '--watch');
  expect(run).toMatchObject({
    code: 0,
    out: expect.stringMatching(/4\/4 trials · 20\/20 folds .* completed/),
  });

  const id = (await holdfast('searches', 'list', '--json')).out.match(/se_[0-9a-z]{20}/)![0];
  const board = await holdfast('leaderboard', id, '--json');
  expect(board.out).toBe(`${await (await fetch(`${service.url}/v1/searches/${id}/leaderboard`)).text()}\n`);
  expect((await holdfast('leaderboard')).out).toMatch(/rank +95 % +trial +accuracy/);
  expect((await holdfast('leaderboard', '--csv', '--columns', 'cv_results')).out).toContain(
    'mean_test_score',
  );
  expect((await holdfast('trial', 'latest', '0')).out).toMatch(/┤.*●[\s\S]*└─+/);
  expect((await holdfast('compare', 'latest', '0', '1')).out).toContain('corrected resampled t-test');
  expect((await holdfast('workers')).out).toContain('0.1.0');
  expect(await holdfast('doctor')).toMatchObject({ code: 0, out: expect.stringContaining('is ready') });
});

test('from a board to the test, the model and its predictions, by commands alone', async () => {
  const { name, id } = await service.client.getSearch(
    (await holdfast('searches', 'list', '--json')).out.match(/se_[0-9a-z]{20}/)![0],
  );
  // Not by accident: nobody is there to be asked.
  const asked = await holdfast('reveal', 'latest');
  expect(asked).toMatchObject({ code: 2, err: expect.stringContaining(`--confirm ${JSON.stringify(name)}`) });
  expect(asked.err).toContain('It costs 1 of the 1 reveal left (0 of 1 used so far), for good');
  expect((await service.client.getDataset('iris')).test.revealsUsed).toBe(0);

  const revealed = await holdfast('reveal', 'latest', '--confirm', name, '--json');
  expect(revealed).toMatchObject({ code: 0, err: expect.stringContaining('The evaluator trains the trial') });
  const reveal: Reveal = JSON.parse(revealed.out);
  const [{ trial, test, parametersDigest }] = reveal.trials as [Reveal['trials'][number]];
  expect((await holdfast('reveals')).out).toMatch(/Trial \d: \w+\.[\s\S]*truth \\ predicted +setosa/);
  const again = await holdfast('reveal', id, '--yes');
  expect(again).toMatchObject({ code: 6, err: expect.stringContaining('1 of it used; this would take 1') });
  expect(again.err).toContain(reveal.id);

  // Anybody who has the file can see that its rows were tested, and no others.
  const file = join(examples, 'data/iris.csv');
  expect(await holdfast('datasets', 'verify', 'iris', file)).toMatchObject({ code: 0 });
  await writeFile(join(folder, 'other.csv'), (await readFile(file, 'utf8')).replaceAll('1.5', '1.6'));
  expect(await holdfast('datasets', 'verify', 'iris', 'other.csv')).toMatchObject({ code: 8 });

  // What happened is on a record that can be checked with no service.
  const kept = ['--out', 'ledger.json', '--head', 'head.json'];
  expect(await holdfast('ledger', 'export', ...kept)).toMatchObject({ code: 0 });
  const { publicKey } = JSON.parse(await readFile(join(folder, 'head.json'), 'utf8'));
  const verify = (file: string) =>
    holdfast('ledger', 'verify', file, '--head', 'head.json', '--public-key', publicKey);
  const offline = await verify('ledger.json');
  expect(offline).toMatchObject({ code: 0, out: expect.stringMatching(/^Valid: 3 entries/) });
  const text = await readFile(join(folder, 'ledger.json'), 'utf8');
  await writeFile(join(folder, 'forged.json'), text.replace('"revealBudget":1', '"revealBudget":9'));
  expect(await verify('forged.json')).toMatchObject({ code: 8 });
  expect((await holdfast('ledger', 'show')).out).toMatch(
    /result[\s\S]*reveal[\s\S]*seal +ds_\w+ +30 rows, budget 1/,
  );

  // The very model that was tested.
  const trained = await holdfast('model', 'create', id, '--trial', String(trial), '--json');
  const model: Model = JSON.parse(trained.out);
  expect(model).toMatchObject({ status: 'completed', parametersDigest });
  expect(await holdfast('model', 'get', model.id, '--output', 'iris.onnx')).toMatchObject({ code: 0 });
  const [label] = await onnxLabels(join(folder, 'iris.onnx'), [[5.1, 3.5, 1.4, 0.2]]);
  await writeFile(
    join(folder, 'new.csv'),
    'sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm\n5.1,3.5,1.4,0.2\n',
  );
  const predicted = await holdfast('model', 'predict', model.id, 'new.csv');
  expect(predicted.out).toContain(`\n${label},`);
  const card = await holdfast('model', 'get', model.id, '--format', 'card', '--output', '-');
  expect(card.out).toContain(`| accuracy | ${Number(test!.accuracy!.toPrecision(6))} |`);
  expect(card.out).toContain(`entry ${reveal.ledgerEntry} of the ledger`);
});

test('lists, more trials, a refinement, nested folds and rows to look at, by commands alone', async () => {
  expect((await holdfast('datasets', 'list')).out).toMatch(/iris +classification/);
  const early = await holdfast('--url', service.url, '--json', 'datasets', 'show', 'iris');
  expect(JSON.parse(early.out)).toMatchObject({ name: 'iris' });
  expect((await holdfast('datasets', 'raise-budget', 'iris', '4')).out).toBe('iris: 1 of 4 reveals used\n');

  const space = ['--set', 'hiddenLayers=[[4]]', '--set', 'epochs=2'];
  const drawn = [
    '--set',
    'learningRate={ min: 0.01, max: 0.1 }',
    '--set',
    'strategy={ kind: random, trials: 1 }',
  ];
  const submit = (...more: string[]) => holdfast('submit', '--dataset', 'iris', ...space, ...more, '--quiet');
  const id = (await submit(...drawn)).out.trim();
  await service.client.search(id).waitUntilFinished();
  expect(await holdfast('extend', id, '--trials', '2')).toMatchObject({ code: 0 });
  await service.client.search(id).waitUntilFinished();
  expect((await holdfast('searches', 'show', id)).out).toMatch(/status +completed[\s\S]*3\/3 trials/);
  expect((await holdfast('hardest-rows', id)).out).toMatch(/rows were? wrong every time|none was wrong/);
  expect((await holdfast('learning-curve', id)).out).toMatch(/share +rows +accuracy/);
  // The searches that a learning curve trains are not what one means.
  expect(JSON.parse((await holdfast('searches', 'show', 'latest', '--json')).out)).toMatchObject({ id });

  const refined = JSON.parse((await holdfast('refine', id, '--top', '1', '--points', '300', '--json')).out);
  expect(refined).toMatchObject({ parent: id });
  expect(await holdfast('pause', refined.id)).toMatchObject({ code: 0 });
  const mine = await holdfast('add-trial', refined.id, '--set', 'learningRate=0.05', '--note', 'mine');
  expect(mine).toMatchObject({ code: 0, out: expect.stringContaining('"learningRate":0.05') });
  expect(await holdfast('resume', refined.id)).toMatchObject({ code: 0 });

  const nested = (
    await submit('--set', 'crossValidation={ kind: stratified, folds: 2, outer: { folds: 2 } }')
  ).out.trim();
  await expect
    .poll(async () => (await holdfast('nested', nested)).out, { timeout: 120_000, interval: 500 })
    .toMatch(/outer fold[\s\S]*is worth accuracy/);

  await service.client.search(refined.id).waitUntilFinished();
  expect(await holdfast('searches', 'delete', refined.id)).toMatchObject({ code: 0 });
  const same = join(examples, 'data/iris.csv');
  expect(await holdfast('datasets', 'add', same, '--name', 'tiny', '--target', 'species')).toMatchObject({
    code: 0,
  });
  expect(await holdfast('datasets', 'delete', 'tiny')).toMatchObject({ code: 0 });
});

test('exit codes and messages name the way out', async () => {
  expect(await holdfast('lederboard')).toMatchObject({
    code: 2,
    err: expect.stringContaining('leaderboard?'),
  });
  expect(await holdfast('submit', 'absent.yaml')).toMatchObject({ code: 2 });
  expect(await holdfast('--url', 'http://127.0.0.1:1', 'backup', 'x')).toMatchObject({
    code: 2,
    err: expect.stringContaining('backup takes no --url'),
  });
  expect(await holdfast('watch', '--url', 'http://127.0.0.1:1')).toMatchObject({
    code: 3,
    err: expect.stringContaining('HOLDFAST_URL'),
  });
  expect(await holdfast('trial', `se_${'a'.repeat(20)}`, '0')).toMatchObject({ code: 5 });
  expect(await holdfast('submit', '--dataset', 'iris', '--set', 'epochs=many')).toMatchObject({
    code: 6,
    err: expect.stringContaining('/space/epochs'),
  });
});

test('Ctrl-C in watch leaves the search running and says so', async () => {
  const spec = ['--set', 'epochs=20000', '--set', 'hiddenLayers=[[256]]', '--quiet'];
  const id = (await holdfast('submit', '--dataset', 'iris', ...spec)).out.trim();
  const watching = startNode(holdfastBin, ['watch', id, '--url', service.url], {});
  await watching.until(/trials · /);
  expect(await watching.end('SIGINT')).toBe(130);
  expect(watching.output()).toContain(`holdfast cancel ${id}`);
  expect((await service.client.getSearch(id)).status).toMatch(/queued|running/);

  expect((await holdfast('pause', id)).out).toContain('is paused');
  expect((await holdfast('resume', id)).out).toMatch(/is (queued|running)/);
  expect((await holdfast('cancel', id)).out).toContain('is cancelled');
  expect(await holdfast('watch', id)).toMatchObject({ code: 7 });
});

test('a search is followed from the request to each fold run, by traces and by logs', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const answer = await fetch(`${service.url}/v1/searches`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
    },
    body: JSON.stringify({
      dataset: 'iris',
      space: { hiddenLayers: [[4]], learningRate: [0.01, 0.02], epochs: 3 },
    }),
  });
  const { id } = (await answer.json()) as { id: string };
  await service.client.search(id).waitUntilFinished();

  const spansOf = (name: string) =>
    collector.spans.filter((span) => span.traceId === traceId && span.name === name);
  await expect.poll(() => spansOf('fold run').length, { timeout: 20_000 }).toBe(10);
  const [request] = spansOf('POST /v1/searches');
  expect(request).toMatchObject({ service: 'holdfast-api', parentSpanId: 'b7ad6b7169203331' });
  const jobs = spansOf('train folds');
  expect(jobs.map((job) => [job.service, job.parentSpanId])).toEqual(
    jobs.map(() => ['holdfast-worker', request!.spanId]),
  );
  for (const run of spansOf('fold run')) expect(jobs.map(({ spanId }) => spanId)).toContain(run.parentSpanId);
  const trained = spansOf('fold run').map(
    ({ attributes: a }) => `${a['holdfast.trial']}/${a['holdfast.fold']}`,
  );
  expect(trained.sort()).toEqual(
    [0, 1].flatMap((trial) => [0, 1, 2, 3, 4].map((fold) => `${trial}/${fold}`)),
  );

  const linesOf = async (part: string) =>
    (await readFile(join(service.home, 'logs', `${part}.log`), 'utf8'))
      .split('\n')
      .filter((line) => line.includes(id))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(await linesOf('api')).toContainEqual(
    expect.objectContaining({ reqId: answer.headers.get('x-request-id'), created: `/v1/searches/${id}` }),
  );
  expect(await linesOf('worker')).toContainEqual(
    expect.objectContaining({ search: id, trial: 1, fold: 4, attempt: 1, msg: 'a fold run is trained' }),
  );
});

test('the client waits for the end, tells of progress and reads whole lists', async () => {
  const search = await service.client.submitSearch({
    dataset: 'iris',
    space: { hiddenLayers: [[4]], learningRate: [0.01, 0.02, 0.03], epochs: 5 },
  });
  const seen: number[] = [];
  const ended = await search.waitUntilFinished({
    onProgress: ({ progress }) => seen.push(progress.folds.completed),
  });
  expect(ended.status).toBe('completed');
  expect(seen.at(-1)).toBe(15);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  const trials: number[] = [];
  for await (const { trial } of search.items()) trials.push(trial);
  expect(trials.sort()).toEqual([0, 1, 2]);
  const names: string[] = [];
  for await (const { name } of service.client.eachDataset()) names.push(name);
  expect(names).toEqual(['iris']);
});

test('a file of mixed columns is taken once the columns are left out that it says', async () => {
  const rows = Array.from(
    { length: 60 },
    (_, n) =>
      `C${n},${n % 7 === 0 ? '?' : n},${['Rome', 'Oslo'][n % 2]},${n % 3 === 0 ? 'yes' : 'no'},${n % 4 < 2}`,
  );
  await writeFile(join(folder, 'mixed.csv'), `id,age,city,member,stays\n${rows.join('\n')}\n`);
  const add = ['datasets', 'add', 'mixed.csv', '--target', 'stays'];
  const refused = await holdfast(...add);
  expect(refused).toMatchObject({ code: 6, out: '' });
  const drop = /To mend it: (--drop \S+)\n/.exec(refused.err)![1]!;
  const added = await holdfast(...add, ...drop.split(' '));
  expect(added).toMatchObject({ code: 0, out: expect.stringMatching(/features +3: age, city, member/) });
  const space = ['--set', 'epochs=2', '--set', 'hiddenLayers=[[4]]', '--set', 'classWeights=balanced'];
  const submitted = await holdfast('submit', '--dataset', 'mixed', ...space, '--watch');
  expect(submitted).toMatchObject({ code: 0, out: expect.stringContaining('completed') });
});
