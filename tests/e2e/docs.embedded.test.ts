import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { codeBlocks } from './code-blocks.ts';
import { type EmbeddedService, holdfastBin, startEmbedded } from './start-embedded.ts';

const root = resolve(import.meta.dirname, '../..');
const docs = join(root, 'docs');
/** Pages that a reader follows from top to bottom; the later ones use the data of the first. */
const guides = ['docs/quick-start.md', 'docs/migrating.md', 'docs/how-to.md', 'docs/operations.md'];
const others = ['README.md', 'SECURITY.md', 'examples/README.md', 'examples/data/README.md'];
const documents = [
  ...guides,
  ...others,
  ...readdirSync(docs)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .filter((document) => !guides.includes(document))
    .sort(),
].map((document) => ({ document, blocks: codeBlocks(readFileSync(join(root, document), 'utf8')) }));
const followed = documents.filter(({ blocks }) =>
  blocks.some(({ language, notRun }) => language === 'sh' && !notRun),
);
const patience = { timeout: 60_000 };
let service: EmbeddedService;
let folder: string;

beforeAll(async () => {
  service = await startEmbedded({ threads: 1 });
  folder = await mkdtemp(join(tmpdir(), 'holdfast-docs-'));
  await cp(join(root, 'examples'), join(folder, 'examples'), { recursive: true });
  // As npm installs it.
  await mkdir(join(folder, 'node_modules/@holdfast'), { recursive: true });
  await symlink(join(root, 'packages/client'), join(folder, 'node_modules/@holdfast/client'), 'junction');
  // The reader's own data, whatever the documents call them.
  const iris = await readFile(join(root, 'examples/data/iris.csv'), 'utf8');
  for (const [file, target] of Object.entries({ 'mine.csv': 'label', 'customers.csv': 'churned' }))
    await writeFile(join(folder, file), iris.replace('species', target));
});

afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a block as a reader would, every line of it; the service is where the test has it, ids are those of the newest. */
async function runShell(text: string): Promise<{ code: number; output: string }> {
  const { PATH = '', HOME = '' } = process.env;
  const [search] = (await service.client.listSearches({ status: 'completed', limit: 1 })).items;
  const newestModel = async () => (await service.client.listModels({ limit: 1 })).items[0];
  // As the page says, it is trained first.
  await expect.poll(async () => (await newestModel())?.status ?? 'completed', patience).toBe('completed');
  const model = await newestModel();
  const script = `set -euo pipefail
holdfast() { ${JSON.stringify(process.execPath)} ${JSON.stringify(holdfastBin)} "$@"; }
npm() { while [ "$1" != -- ]; do shift; done; shift; holdfast "$@"; }
curl() { command curl -sS --fail-with-body "$@"; }
${text
  .replaceAll('http://127.0.0.1:8080', service.url)
  .replaceAll('se_…', search?.id ?? '')
  .replaceAll('mo_…', model?.id ?? '')}`;
  const env = { PATH, HOME, HOLDFAST_URL: service.url, HOLDFAST_HOME: service.home };
  return new Promise((done) => {
    execFile('bash', ['-c', script], { env, cwd: folder }, (error, out, err) => {
      done({ code: error ? Number(error.code ?? -1) : 0, output: out + err });
    });
  });
}

test.each(followed)('every block of $document runs', async ({ document, blocks }) => {
  for (const { language, file, notRun, text, line } of blocks) {
    if (file !== null) await writeFile(join(folder, file), text);
    if (language === 'sh' && !notRun) {
      expect(await runShell(text), `${document}:${line}`).toMatchObject({ code: 0 });
    }
  }
  // What a page leaves running would hold up the next.
  for await (const { id, status, trainer } of service.client.eachSearch()) {
    const runs = status === 'running' || status === 'queued';
    // The next page's models are of searches that were trained here.
    if (!runs && trainer === 'holdfast') continue;
    if (runs) await service.client.cancelSearch(id);
    await service.client.deleteSearch(id);
  }
});

test('the report of the quick start shows its search', async () => {
  const report = await readFile(join(folder, 'holdfast-report.html'), 'utf8');
  expect(report).toContain('30 test rows are locked');
  expect(report).toContain('setosa');
});

test('every block of JSON or YAML in the documents can be read', () => {
  for (const { document, blocks } of documents) {
    for (const { language, text, line } of blocks) {
      if (language === 'json') expect(() => JSON.parse(text), `${document}:${line}`).not.toThrow();
      if (language === 'yaml') expect(() => parse(text), `${document}:${line}`).not.toThrow();
    }
  }
});

test('the metrics of operations.md, its alerts and the Grafana dashboard are those of the service', async () => {
  const served = new Set(
    [...(await (await fetch(`${service.url}/metrics`)).text()).matchAll(/^# TYPE (holdfast_\w+)/gm)].map(
      (match) => match[1]!,
    ),
  );
  const text = await readFile(join(docs, 'operations.md'), 'utf8');
  const page = text.slice(0, text.indexOf('## Logs'));
  const table = page.slice(page.indexOf('| metric |'), page.indexOf('## Alerts'));
  const listed = new Set([...table.matchAll(/`(holdfast_\w+)`/g)].map((match) => match[1]!));
  expect([...listed].sort()).toEqual([...served].sort());
  const dashboard = await readFile(join(docs, 'grafana-dashboard.json'), 'utf8');
  expect(JSON.parse(dashboard)).toMatchObject({ title: 'Holdfast' });
  for (const [name] of (page + dashboard).matchAll(/holdfast_\w+/g)) {
    expect([...served], name).toContain(name.replace(/_bucket$/, ''));
  }
});

test('the Kubernetes manifests agree with themselves and with what the processes read', async () => {
  const documents = parseAllDocuments(await readFile(join(docs, 'kubernetes.yaml'), 'utf8')).map((one) =>
    one.toJS(),
  );
  const workloads = documents.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  expect(workloads.map(({ metadata }) => metadata.name)).toEqual([
    'holdfast-api',
    'holdfast-worker',
    'holdfast-evaluator',
  ]);
  for (const { metadata, spec } of workloads) {
    expect(spec.selector.matchLabels).toEqual(spec.template.metadata.labels);
    expect(spec.template.spec.securityContext.runAsNonRoot).toBe(true);
    const part = metadata.name.replace('holdfast-', '');
    const settings = await readFile(join(root, `apps/${part}/src/settings.ts`), 'utf8');
    for (const { name } of spec.template.spec.containers[0].env) expect(settings, part).toContain(name);
  }
  expect(workloads[2].spec.replicas).toBe(1);

  // Each logs in as itself, and the owner's login is the migration's alone.
  const loginsOf = ({ spec }: (typeof documents)[number]) =>
    (
      spec.template.spec.containers[0].env as {
        name: string;
        valueFrom?: { secretKeyRef: { key: string } };
      }[]
    )
      .filter(({ name }) => name.startsWith('DATABASE_'))
      .map(({ name, valueFrom }) => [name, valueFrom?.secretKeyRef.key]);
  const migration = documents.find(({ kind }) => kind === 'Job');
  expect(loginsOf(migration)).toEqual(
    ['OWNER', 'API', 'WORKER', 'EVALUATOR'].map((who) => [
      `DATABASE_${who}_URL`,
      `database-${who.toLowerCase()}-url`,
    ]),
  );
  expect(workloads.map(loginsOf)).toEqual(
    ['api', 'worker', 'evaluator'].map((who) => [['DATABASE_URL', `database-${who}-url`]]),
  );
});
