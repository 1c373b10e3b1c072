import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Service, startService } from '../../test/service.ts';

let service: Service;
// biome-ignore lint/suspicious/noExplicitAny: a document of another's making
let document: any;
const routes: { method: string; url: string }[] = [];

beforeAll(async () => {
  service = await startService();
  document = (await service.app.inject('/openapi.json')).json();
  // As Fastify's router tells them, a tree of segments: `│   └── /searches (GET, HEAD, POST)`.
  const parents: string[] = [];
  for (const line of service.app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent, segment, methods] = /^([│ ]*[├└]── )(\S*)(?: \(([A-Z, ]+)\))?/.exec(line) ?? [];
    if (indent === undefined || segment === undefined) continue;
    const depth = indent.length / 4;
    parents.splice(depth - 1, Number.POSITIVE_INFINITY, segment);
    for (const method of methods?.split(', ') ?? []) routes.push({ url: parents.join(''), method });
  }
});
afterAll(() => service.stop());

it('is OpenAPI 3.1', () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(document.info).toMatchObject({ title: 'Holdfast', version: expect.any(String) });
});

it('holds every route but the pages for people', () => {
  expect(routes.length).toBeGreaterThan(15);
  for (const { method, url } of routes) {
    if (method === 'HEAD' || url === '/' || /^\/(searches|docs)/.test(url)) continue;
    const path = url.replace(/:(\w+)/g, '{$1}');
    expect(document.paths[path]?.[method.toLowerCase()], `${method} ${url}`).toBeDefined();
  }
});

it('describes each operation, its problems too', () => {
  const ids = new Set<string>();
  for (const [path, item] of Object.entries<Record<string, unknown>>(document.paths)) {
    // biome-ignore lint/suspicious/noExplicitAny: a document of another's making
    for (const [method, operation] of Object.entries<any>(item)) {
      const place = `${method} ${path}`;
      expect(operation.summary, place).toBeTruthy();
      expect(operation.tags, place).toHaveLength(1);
      expect(document.tags.map(({ name }: { name: string }) => name)).toContain(operation.tags[0]);
      ids.add(operation.operationId);
      const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? []).filter((p: { in: string }) => p.in === 'path');
      expect(declared.map(({ name }: { name: string }) => name).sort(), place).toEqual(parameters.sort());
      const statuses = Object.keys(operation.responses);
      expect(
        statuses.some((status) => status.startsWith('2')),
        place,
      ).toBe(true);
      for (const status of statuses.filter((status) => Number(status) >= 400)) {
        expect(operation.responses[status].content, `${place} ${status}`).toEqual({
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        });
      }
      if (path.startsWith('/v1/')) expect(statuses).toEqual(expect.arrayContaining(['401', '403', '503']));
    }
  }
  expect(ids.size).toBe(Object.values<object>(document.paths).flatMap((item) => Object.keys(item)).length);
});

it('points nowhere that is not there', () => {
  const text = JSON.stringify(document);
  const references = new Set(
    [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference ?? ''),
  );
  expect(references.size).toBeGreaterThan(5);
  for (const reference of references) {
    let place = document;
    for (const key of reference.replace(/^#\//, '').split('/')) place = place?.[key];
    expect(place, reference).toBeDefined();
  }
  expect(text).not.toContain('PLACEHOLDER');
});
