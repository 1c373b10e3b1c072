import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import { UnreachableError } from '@holdfast/client/http-error';
import type { Reveal } from '@holdfast/contracts/reveal';
import { terminalWidth } from '../terminal/terminal-width.ts';

/** After so many seconds in the queue it is asked whether anybody is there. */
const longWaitSeconds = 15;

/**
 * Waits for a reveal and tells on `out` how far it is; `signal` ends the waiting alone.
 * @returns `null` once `signal` was aborted
 */
export async function followReveal(
  client: HoldfastClient,
  ordered: Reveal,
  {
    out,
    signal,
  }: { out: NodeJS.WritableStream & { isTTY?: boolean; columns?: number }; signal: AbortSignal },
): Promise<Reveal | null> {
  const began = performance.now();
  let status = '';
  let warned = false;
  const show = (reveal: Reveal) => {
    const seconds = Math.round((performance.now() - began) / 1000);
    const lost = reveal.status === 'queued' && seconds >= longWaitSeconds && !warned;
    // A line that the terminal broke could not be taken back.
    if (out.isTTY) out.write(`\r\x1b[2K${`${tell(reveal)} ${seconds} s`.slice(0, terminalWidth(out) - 1)}`);
    else if (reveal.status !== status) out.write(`${tell(reveal)}\n`);
    if (lost) {
      warned = true;
      out.write(`${out.isTTY ? '\n' : ''}No evaluator has taken it yet. Is one running? holdfast doctor\n`);
    }
    ({ status } = reveal);
  };
  try {
    const made = await client.waitForReveal(ordered, { signal, onProgress: show });
    if (out.isTTY) out.write('\r\x1b[2K');
    return made;
  } catch (error) {
    const again = `holdfast reveals ${ordered.search}`;
    if (signal.aborted) {
      out.write(
        `${out.isTTY ? '\n' : ''}The reveal goes on; it is paid for. See what came of it: ${again}\n`,
      );
      return null;
    }
    if (error instanceof UnreachableError)
      out.write(`The reveal goes on as soon as its service does. See what came of it: ${again}\n`);
    throw error;
  }
}

function tell({ status, trials, ledgerEntry }: Reveal): string {
  const what = trials.length === 1 ? 'the trial' : `${trials.length} trials`;
  switch (status) {
    case 'queued':
      return `Ordered (entry ${ledgerEntry} of the ledger): waits for the evaluator …`;
    case 'running':
      return `The evaluator trains ${what}, then opens the locked rows …`;
    default:
      return `The reveal is ${status}.`;
  }
}
