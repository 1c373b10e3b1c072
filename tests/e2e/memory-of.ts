import { open, readFile } from 'node:fs/promises';

const pieceBytes = 4 * 2 ** 20;

/**
 * Which of the needles stand in what a process has written in its memory: heap, stacks, shared and WebAssembly memory.
 * Linux, and a process that this one may trace: a descendant, or any of root's.
 */
export async function memoryOf(pid: number, needles: ReadonlyMap<string, Buffer>): Promise<Set<string>> {
  const found = new Set<string>();
  const overlap = Math.max(...[...needles.values()].map((needle) => needle.length)) - 1;
  const memory = await open(`/proc/${pid}/mem`, 'r');
  try {
    for (const { from, to } of writableRegions(await readFile(`/proc/${pid}/maps`, 'utf8'))) {
      for (let at = from; at < to; at += pieceBytes) {
        const piece = Buffer.alloc(Math.min(pieceBytes + overlap, to - at));
        // A region that went away meanwhile has nothing to tell.
        const read = await memory.read(piece, 0, piece.length, at).catch(() => null);
        if (read === null) break;
        for (const [name, needle] of needles) if (piece.includes(needle)) found.add(name);
      }
    }
  } finally {
    await memory.close();
  }
  return found;
}

function writableRegions(maps: string): { from: number; to: number }[] {
  return [...maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm)].map((match) => ({
    from: Number.parseInt(match[1]!, 16),
    to: Number.parseInt(match[2]!, 16),
  }));
}
