import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { problemTypes } from '@holdfast/contracts/problem';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Service, startService } from '../../test/service.ts';

const docsFolder = fileURLToPath(new URL('../../../../docs/dist', import.meta.url));
const pages = readdirSync(docsFolder)
  .filter((name) => name.endsWith('.html'))
  .map((name) => (name === 'index.html' ? '/docs' : `/docs/${name.slice(0, -'.html'.length)}`));
let service: Service;

beforeAll(async () => {
  service = await startService({ docsFolder });
});
afterAll(() => service.stop());

const idsOf = (html: string) => new Set([...html.matchAll(/\bid="([^"]+)"/g)].map((match) => match[1]!));

it('serves every page without script or style of its own, and every link of it leads somewhere', async () => {
  const found = new Map<string, { status: number; body: string }>();
  const get = async (url: string) => {
    const known = found.get(url);
    if (known) return known;
    const answer = await service.app.inject(url);
    const page = { status: answer.statusCode, body: answer.body };
    found.set(url, page);
    return page;
  };
  for (const address of pages) {
    const { status, body } = await get(address);
    expect(status, address).toBe(200);
    expect(body, address).not.toMatch(/<script|<style|style="/);
    for (const [, attribute, target] of body.matchAll(/\b(href|src|srcset)="([^"]+)"/g)) {
      if (/^https?:/.test(target!)) {
        // Offline, a page shows all the same: only links lead elsewhere.
        expect(attribute, `${address}: ${target}`).toBe('href');
        continue;
      }
      const [path, heading] = target!.split('#');
      // The dashboard is not built here.
      if (path === '/') continue;
      const linked = await get(path || address);
      expect(linked.status, `${address}: ${target}`).toBe(200);
      if (heading)
        expect([...idsOf(linked.body)], `${address}: ${target}`).toContain(decodeURIComponent(heading));
    }
  }
});

it('leads from each problem’s type to its explanation', async () => {
  const problem = (await service.app.inject('/v1/searches/se_x')).json<{ type: string }>();
  const [path = '', type] = problem.type.split('#');
  expect(type).toBeTruthy();
  const ids = idsOf((await service.app.inject(path)).body);
  for (const known of Object.keys(problemTypes)) expect([...ids]).toContain(known);
});

it('has a reference of its own routes', async () => {
  const answer = await service.app.inject('/docs/api');
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  const document = (await service.app.inject('/openapi.json')).json();
  const operations = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId),
  );
  const ids = idsOf(answer.body);
  expect(operations.length).toBeGreaterThan(30);
  for (const operation of operations) expect([...ids]).toContain(operation);
});

it('says so where the documentation is not built', async () => {
  const bare = await startService();
  expect((await bare.app.inject('/docs')).body).toContain('/openapi.json');
  await bare.stop();
});
