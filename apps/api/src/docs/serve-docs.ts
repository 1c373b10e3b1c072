import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { App } from '../app-instance.ts';
import { type ApiDocument, renderApiReference } from './api-reference.ts';

/** The pages hold no script and no styles of their own. */
const contentSecurityPolicy =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The built documentation at `/docs`, a page for each address; the reference of the API is made of this service's own routes. */
export async function serveDocs(app: App, { docsFolder }: { docsFolder: string }): Promise<void> {
  if (!existsSync(join(docsFolder, 'index.html'))) {
    app.get('/docs', { schema: { hide: true } }, async (_request, reply) =>
      reply
        .type('text/plain; charset=utf-8')
        .send('The documentation is not built here. The API is described at /openapi.json.\n'),
    );
    return;
  }
  await app.register(async (scope) => {
    await scope.register(fastifyStatic, {
      root: docsFolder,
      prefix: '/docs/',
      wildcard: false,
      schemaHide: true,
      cacheControl: false,
      setHeaders(response) {
        response.setHeader('content-security-policy', contentSecurityPolicy);
        response.setHeader('cache-control', 'no-cache');
      },
    });
    scope.get('/docs', { schema: { hide: true } }, async (_request, reply) => reply.sendFile('index.html'));
    const pages = readdirSync(docsFolder).filter((name) => name.endsWith('.html') && name !== 'index.html');
    for (const page of pages.filter((name) => name !== 'api.html')) {
      scope.get(
        `/docs/${page.slice(0, -'.html'.length)}`,
        { schema: { hide: true } },
        async (_request, reply) => reply.sendFile(page),
      );
    }
    let reference: Promise<string> | undefined;
    scope.get('/docs/api', { schema: { hide: true } }, async (_request, reply) => {
      reference ??= readFile(join(docsFolder, 'api.html'), 'utf8').then((page) =>
        page.replace('<!-- reference -->', () => renderApiReference(app.swagger() as ApiDocument)),
      );
      return reply
        .headers({ 'content-security-policy': contentSecurityPolicy, 'cache-control': 'no-cache' })
        .type('text/html; charset=utf-8')
        .send(await reference);
    });
  });
}
