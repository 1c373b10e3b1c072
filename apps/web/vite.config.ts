import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const examples = ['data/iris.csv', 'iris-grid.json'] as const;

/** The repository's own example, for the button on an empty store: one source, no second copy. */
function shipExample(): Plugin {
  const read = (name: string) =>
    readFile(fileURLToPath(new URL(`../../examples/${name}`, import.meta.url)), 'utf8');
  return {
    name: 'ship-example',
    async generateBundle() {
      for (const name of examples) {
        this.emitFile({ type: 'asset', fileName: `examples/${name}`, source: await read(name) });
      }
    },
    configureServer(server) {
      for (const name of examples) {
        server.middlewares.use(`/examples/${name}`, (_request, response) => {
          read(name).then((text) => response.end(text));
        });
      }
    },
  };
}

const proxy = { '/v1': process.env.HOLDFAST_URL ?? 'http://127.0.0.1:8080' };

export default defineConfig({
  plugins: [react(), shipExample()],
  // The content-security policy allows no inline code, data: URLs of small files among it.
  build: { outDir: 'dist', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy },
  preview: { proxy },
});
