import { access, constants, statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { loadNativeEngine } from '@holdfast/native-engine/load-native-engine';
import { isThere } from '../command/is-there.ts';
import type { Finding } from './check.ts';

const gibibyte = 2 ** 30;

export function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const found = `Node ${process.versions.node}, ${availableParallelism()} cores`;
  if (major > 20 || (major === 20 && minor >= 19)) return { what: 'Node', state: 'ok', found };
  return {
    what: 'Node',
    state: 'wrong',
    found,
    wayOut: 'Install Node 20.19 or newer from https://nodejs.org',
  };
}

export function checkEngine(): Finding {
  const native = loadNativeEngine();
  if ('engine' in native) return { what: 'engine', state: 'ok', found: 'native' };
  return {
    what: 'engine',
    state: 'note',
    found: `WebAssembly; the native engine is not at hand: ${native.reason}`,
    wayOut: 'The bytes are the same. For more speed install a C++ compiler and run: npm run build',
  };
}

/** The folder that `holdfast serve` keeps its data in, or the nearest one above it that is there. */
export async function checkFolder(home: string): Promise<Finding> {
  let folder = resolve(home);
  while (!(await isThere(folder)) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    await access(folder, constants.W_OK | constants.X_OK);
  } catch {
    return {
      what: 'folder',
      state: 'wrong',
      found: `${folder} cannot be written to`,
      wayOut: 'Name another by HOLDFAST_HOME, or by serve --home DIR',
    };
  }
  const { bavail, bsize } = await statfs(folder);
  const free = (bavail * bsize) / gibibyte;
  const found = `${resolve(home)}, ${free.toFixed(1)} GiB free`;
  return free >= 2
    ? { what: 'folder', state: 'ok', found }
    : { what: 'folder', state: 'wrong', found, wayOut: 'Make room: Postgres stops where the disk is full' };
}
