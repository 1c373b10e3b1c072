import { dirname, join } from 'node:path';
import { emulatedName } from '../scripts/find-compiler.mjs';
import { type Kernels, loadKernels, registerSets } from '../src/addon.ts';
import { addonPath } from '../src/addon-path.ts';

/** The kernels of each register set, by a name for the report; see `build-emulated.ts`. */
export function testedKernels(): [name: string, kernels: Kernels][] {
  const real = loadKernels();
  return registerSets.map((registers) => {
    const kernels = real[registers];
    if (kernels !== undefined) return [registers, kernels];
    const emulated = loadKernels(join(dirname(addonPath()), emulatedName))[registers];
    return [`${registers}, emulated on AVX2`, emulated!];
  });
}
