import { spawnSync } from 'node:child_process';

/** As `src/addon-path.ts` looks for it. */
export const addonName = `holdfast-${process.platform}-${process.arch}-napi8.node`;
/** With 16 lanes on AVX2, for tests alone. */
export const emulatedName = `emulated-${addonName}`;

/**
 * The C++ compiler: that of CXX, or the first of c++, g++ and clang++ that answers.
 *
 * @returns {{ program: string, version: string } | null} null also where the kernels are not for this platform
 */
export function findCompiler() {
  // Other processors have other registers; Windows' compiler has other options. There the WASM engine trains.
  if (process.arch !== 'x64' || !['linux', 'darwin'].includes(process.platform)) return null;
  const { CXX } = process.env;
  for (const program of CXX ? [CXX] : ['c++', 'g++', 'clang++']) {
    const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', timeout: 20_000 });
    if (status === 0) return { program, version: stdout.split('\n')[0] ?? '' };
  }
  return null;
}
