import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { addonName, findCompiler } from '../packages/native-engine/scripts/find-compiler.mjs';
import { openStamp } from './stamp.mjs';
import { StepFailed } from './step.mjs';

const home = join('packages', 'native-engine');

/**
 * Builds the native engine where there is a compiler. It is never needed: where it cannot be built, one line says so,
 * the reason goes to the log, and nothing is tried again until sources or compiler change.
 *
 * @param {string} root
 * @param {ReturnType<typeof import('./step.mjs').openSteps>} runStep
 */
export async function buildNativeEngine(root, runStep) {
  const compiler = findCompiler();
  const folder = join(root, home, 'dist', 'addon');
  const inputs = [`${home}/kernels`, `${home}/scripts`, `${home}/package.json`];
  const means = `${addonName} ${compiler?.program} ${compiler?.version}`;
  // Beside the addon: who removes one removes both.
  const built = openStamp(root, join(folder, '.built'), inputs, means);
  const givenUp = openStamp(root, join(root, 'node_modules', '.holdfast-no-native-engine'), inputs, means);
  if ((existsSync(join(folder, addonName)) && built.isCurrent()) || givenUp.isCurrent()) return;
  // What older sources gave is not to be loaded, should this fail.
  rmSync(folder, { recursive: true, force: true });
  if (compiler === null) {
    console.log(
      '  No native engine: there is no C++ compiler, or this is not an x86-64 Linux or macOS. Another engine trains.',
    );
    return givenUp.write();
  }
  try {
    await runStep('Building the native engine', {
      program: process.execPath,
      args: [join(home, 'scripts', 'build-addon.mjs')],
      cwd: root,
      wayOut: 'It is not needed.',
    });
    built.write();
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    console.log(
      '  The native engine could not be built; another engine trains. The reason is in .cache/set-up.log',
    );
    givenUp.write();
  }
}
