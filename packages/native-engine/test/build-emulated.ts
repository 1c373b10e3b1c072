import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { loadKernels } from '../src/addon.ts';

/** Where the processor has no AVX-512, its kernels are tested with 16 lanes on AVX2. */
export default function buildEmulated(): void {
  if (loadKernels().avx512 !== undefined) return;
  const script = fileURLToPath(new URL('../scripts/build-addon.mjs', import.meta.url));
  execFileSync(process.execPath, [script, '--emulated'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
