import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { App } from './app-instance.ts';

/** Everything from this origin, nothing inline: a name in a data set cannot become script. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "img-src 'self' data:",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Addresses of the dashboard's pages besides `/`: all are one file, which looks at the address itself. */
const pages = ['/searches/*', '/new', '/datasets', '/datasets/*', '/models/*', '/workers'];

/** The built dashboard at `/`. */
export async function serveDashboard(app: App, { webFolder }: { webFolder: string }): Promise<void> {
  if (!existsSync(join(webFolder, 'index.html'))) {
    app.get('/', { schema: { hide: true } }, async (_request, reply) =>
      reply
        .type('text/plain; charset=utf-8')
        .send(
          'Holdfast is running, without its dashboard: that is not built. The API is described at /openapi.json.\n',
        ),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root: webFolder,
    // A route for each file, so that any other address is 404 or 405 in the contract's form.
    wildcard: false,
    schemaHide: true,
    cacheControl: false,
    setHeaders(response, path) {
      response.setHeader('content-security-policy', contentSecurityPolicy);
      // Vite puts a hash of the content into the names below assets.
      const immutable = path.startsWith(join(webFolder, 'assets'));
      response.setHeader('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  for (const page of pages) {
    app.get(page, { schema: { hide: true } }, async (_request, reply) => reply.sendFile('index.html'));
  }
}
