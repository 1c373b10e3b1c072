import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { codeBlocks } from './code-blocks.ts';
import type { RunningService } from './service.ts';
import { holdfastBin, startEmbedded } from './start-embedded.ts';

const root = resolve(import.meta.dirname, '../..');
const docs = join(root, 'docs');
/** Pages that a reader follows from top to bottom; the later ones use the data of the first. */
const guides = ['quick-start.md', 'migrating.md', 'how-to.md', 'operations.md'];
let service: RunningService;
let folder: string;

beforeAll(async () => {
  service = await startEmbedded({ threads: 1 });
  folder = await mkdtemp(join(tmpdir(), 'holdfast-docs-'));
  await cp(join(root, 'examples'), join(folder, 'examples'), { recursive: true });
});

afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a block as a reader would, every line of it; the service is where the test has it. */
function runShell(text: string): Promise<{ code: number; output: string }> {
  const { PATH = '', HOME = '' } = process.env;
  const script = `set -euo pipefail
holdfast() { ${JSON.stringify(process.execPath)} ${JSON.stringify(holdfastBin)} "$@"; }
${text.replaceAll('http://127.0.0.1:8080', service.url)}`;
  const env = { PATH, HOME, HOLDFAST_URL: service.url };
  return new Promise((done) => {
    execFile('bash', ['-c', script], { env, cwd: folder }, (error, out, err) => {
      done({ code: error ? Number(error.code ?? -1) : 0, output: out + err });
    });
  });
}

test.each(guides)('every block of %s runs', async (page) => {
  for (const { language, file, notRun, text, line } of codeBlocks(await readFile(join(docs, page), 'utf8'))) {
    if (file !== null) await writeFile(join(folder, file), text);
    if (language === 'sh' && !notRun) {
      expect(await runShell(text), `${page}:${line}`).toMatchObject({ code: 0 });
    }
  }
});

test('every block of JSON or YAML in the docs can be read', async () => {
  const pages = (await readdir(docs)).filter((name) => name.endsWith('.md'));
  for (const page of pages) {
    for (const { language, text, line } of codeBlocks(await readFile(join(docs, page), 'utf8'))) {
      if (language === 'json') expect(() => JSON.parse(text), `${page}:${line}`).not.toThrow();
      if (language === 'yaml') expect(() => parse(text), `${page}:${line}`).not.toThrow();
    }
  }
});

test('the metrics of operations.md, its alerts and the Grafana dashboard are those of the service', async () => {
  const served = new Set(
    [...(await (await fetch(`${service.url}/metrics`)).text()).matchAll(/^# TYPE (holdfast_\w+)/gm)].map(
      (match) => match[1]!,
    ),
  );
  const page = await readFile(join(docs, 'operations.md'), 'utf8');
  const table = page.slice(page.indexOf('| metric |'), page.indexOf('and Node’s own') >>> 0);
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
