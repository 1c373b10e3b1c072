import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, startService } from '../test/service.ts';

describe('a built dashboard', () => {
  let service: Service;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-web-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>Holdfast</title>');
    await writeFile(join(folder, 'assets', 'main-abc123.js'), 'export {};');
    service = await startService({ webFolder: folder });
  });
  afterAll(async () => {
    await service.stop();
    await rm(folder, { recursive: true });
  });

  it.each([
    '/',
    '/index.html',
    '/searches/se_x',
    '/searches/se_x/trials/3?tab=curves',
    '/new?dataset=iris',
    '/datasets',
    '/datasets/ds_x',
    '/models/mo_x',
    '/workers',
  ])('is at %s', async (url) => {
    const answer = await service.app.inject(url);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    expect(answer.body).toContain('<title>Holdfast</title>');
    const policy = answer.headers['content-security-policy'] as string;
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(answer.headers['cache-control']).toBe('no-cache');
  });

  it('has assets that may be kept for ever', async () => {
    const answer = await service.app.inject('/assets/main-abc123.js');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toMatch(/javascript/);
    expect(answer.headers['cache-control']).toContain('immutable');
  });

  it.each([
    '/assets/other.js',
    '/other',
    '/searchesx',
    '/newer',
    '/../package.json',
    '/%2e%2e/package.json',
    '/.env',
  ])('is not at %s', async (url) => {
    const answer = await service.app.inject(url);
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });
});

it('says so in plain text where it is not built', async () => {
  const service = await startService();
  const answer = await service.app.inject('/');
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toMatch(/^text\/plain/);
  expect(answer.body).toContain('not built');
  await service.stop();
});
