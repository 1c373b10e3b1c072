import { fileURLToPath } from 'node:url';
import { lastLine } from '../run-process.ts';
import type { LoadName } from '../train/load.ts';

/** Programs in bench/peers, in the order of the table. */
export const peers = [
  { module: 'numpy_textbook', title: 'NumPy, as textbooks write it' },
  { module: 'numpy_tuned', title: 'NumPy, tuned: float32, in place' },
  { module: 'sklearn_mlp', title: 'scikit-learn MLPClassifier' },
  { module: 'torch_mlp', title: 'PyTorch, eager, fused Adam' },
  { module: 'jax_mlp', title: 'JAX, whole training jitted' },
] as const;

export type Peer = (typeof peers)[number]['module'];

const program = fileURLToPath(new URL('../../peers/measure.py', import.meta.url));

/** Microseconds of an epoch of a peer, or why there is no figure. */
export async function measurePeer(
  python: string,
  peer: Peer,
  load: LoadName,
  seconds: number,
  core: number,
): Promise<{ microseconds: number; versions: Record<string, string> } | { reason: string }> {
  const one = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  const line = await lastLine(python, [program, peer, load, String(seconds)], core, one);
  const answer = JSON.parse(line) as
    | { microsecondsPerEpoch: number; versions: Record<string, string> }
    | { reason: string };
  if ('reason' in answer) return answer;
  return { microseconds: answer.microsecondsPerEpoch, versions: answer.versions };
}

const gridProgram = fileURLToPath(new URL('../../peers/sklearn_grid.py', import.meta.url));

/** Seconds of scikit-learn's GridSearchCV over the grid, on two cores. */
export async function measureGridPeer(python: string, digits: string): Promise<number> {
  const one = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  return Number(await lastLine(python, [gridProgram, digits], null, one));
}
