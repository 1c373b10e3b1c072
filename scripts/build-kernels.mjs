/**
 * Compiles the kernels of packages/core/src/kernels/assembly to WebAssembly, and writes them as a TypeScript module:
 * core reads no files, and a module is found alike by Node, Vitest and a copied build.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'packages', 'core', 'src', 'kernels');

/** @type {Uint8Array | undefined} */
let binary;
const { error, stderr } = await main(
  [
    'train.ts',
    ...['--baseDir', join(folder, 'assembly')],
    ...['--outFile', 'kernels.wasm'],
    // No relaxed SIMD: its results depend on the processor.
    ...['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--importMemory'],
    // Vectors are passed between kernels alone, not to JavaScript.
    ...['--disableWarning', '112'],
  ],
  {
    writeFile(_name, contents) {
      if (typeof contents !== 'string') binary = contents;
    },
  },
);
if (error !== null || binary === undefined) {
  console.error(stderr.toString());
  console.error(error?.message ?? 'The compiler wrote nothing');
  process.exit(1);
}
const target = join(folder, 'generated', 'kernels.ts');
mkdirSync(dirname(target), { recursive: true });
const base64 = Buffer.from(binary).toString('base64');
writeFileSync(
  target,
  `// Made by scripts/build-kernels.mjs from ../assembly; not to be changed by hand.\n/** ${binary.length} bytes of WebAssembly. */\nexport const kernelsBase64 =\n  '${base64}';\n`,
);
