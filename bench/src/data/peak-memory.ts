import { readdirSync, readFileSync } from 'node:fs';

/**
 * The largest resident memory that each process below `root` ever had, in bytes, by what it is. From /proc: `null` where there is
 * none.
 */
export function peakMemory(root: number): Record<string, number> | null {
  const processes = listProcesses();
  if (processes === null) return null;
  const below = new Set([root]);
  // Parents have smaller numbers than their children, unless numbers were used up once.
  for (let found = -1; found !== below.size; ) {
    found = below.size;
    for (const { id, parent } of processes) if (below.has(parent)) below.add(id);
  }
  const peaks: Record<string, number> = {};
  for (const { id, name, peak } of processes) {
    if (id !== root && below.has(id)) peaks[name] = Math.max(peaks[name] ?? 0, peak);
  }
  return peaks;
}

function listProcesses(): { id: number; parent: number; name: string; peak: number }[] | null {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((id) => {
        try {
          const status = readFileSync(`/proc/${id}/status`, 'utf8');
          const field = (name: string) =>
            Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
          const command = readFileSync(`/proc/${id}/cmdline`, 'utf8');
          const part = /(api|worker|evaluator)\/(?:src|dist)/.exec(command)?.[1];
          const name =
            part ?? (command.startsWith('postgres') || command.includes('/postgres') ? 'postgres' : 'other');
          return [{ id: Number(id), parent: field('PPid'), name, peak: field('VmHWM') * 1024 }];
        } catch {
          // It has ended meanwhile.
          return [];
        }
      });
  } catch {
    return null;
  }
}
