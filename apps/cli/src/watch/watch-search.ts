import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import type { Search } from '@holdfast/contracts/search';
import { terminalWidth } from '../terminal/terminal-width.ts';
import { progressLine } from './progress-line.ts';

/** Between two drawings, in ms: often enough to look alive, seldom enough to cost nothing. */
const pause = { terminal: 150, plain: 5000 };

/**
 * Draws the progress of a search until it is over: in place on a terminal, in plain lines elsewhere.
 * Gives the search as it ended, or as it was when `signal` was aborted.
 */
export async function watchSearch(
  client: HoldfastClient,
  id: string,
  out: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<Search> {
  let search = await client.getSearch(id);
  let fresh = true;
  const draw = () => {
    if (!fresh || signal.aborted) return;
    fresh = false;
    const line = progressLine(search, out.isTTY ? terminalWidth(out) : 160);
    out.write(out.isTTY ? `\r\x1b[2K${line}` : `${line}\n`);
  };
  draw();
  let asking: Promise<void> | undefined;
  const refresh = async () => {
    const next = await client.getSearch(id).catch(() => search);
    fresh ||=
      next.progress.folds.completed !== search.progress.folds.completed || next.status !== search.status;
    search = next;
    draw();
  };
  let behind = false;
  const timer = setInterval(
    () => {
      if (!behind || asking) return;
      behind = false;
      asking = refresh().finally(() => {
        asking = undefined;
      });
    },
    out.isTTY ? pause.terminal : pause.plain,
  );
  try {
    for await (const event of client.watchSearch(id, signal)) {
      behind = true;
      if (event.name === 'end') break;
    }
  } finally {
    clearInterval(timer);
  }
  await asking;
  if (!signal.aborted) await refresh();
  if (out.isTTY) out.write('\n');
  return search;
}
