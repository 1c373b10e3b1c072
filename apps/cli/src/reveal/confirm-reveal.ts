import { createInterface } from 'node:readline/promises';
import { UsageError } from '../command/usage-error.ts';

interface Terminal {
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  output: NodeJS.WritableStream & { isTTY?: boolean };
}

/**
 * Has a reveal confirmed by the search's name: given with the command, or typed at a terminal.
 * @returns `null` where Ctrl-C or the end of input came in the place of an answer
 * @throws UsageError where the name given is another one, or nobody is there to be asked
 */
export async function confirmReveal(
  name: string,
  { yes, confirm }: { yes?: boolean; confirm?: string },
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<boolean | null> {
  if (confirm !== undefined && confirm !== name) {
    throw new UsageError(
      `--confirm ${JSON.stringify(confirm)} is not the search’s name, ${JSON.stringify(name)}. Nothing was revealed.`,
    );
  }
  if (yes || confirm !== undefined) return true;
  if (!input.isTTY || !output.isTTY) {
    throw new UsageError(
      `A reveal cannot be taken back, and nobody is there to confirm it. Add --confirm ${JSON.stringify(name)}, or --yes.`,
    );
  }
  const reader = createInterface({ input, output, terminal: true });
  const stopping = new AbortController();
  // Ctrl-C and Ctrl-D.
  reader.once('SIGINT', () => stopping.abort());
  reader.once('close', () => stopping.abort());
  try {
    const question = `To confirm, type the search’s name (${name}): `;
    return (await reader.question(question, { signal: stopping.signal })).trim() === name;
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    output.write('\n');
    return null;
  } finally {
    reader.close();
  }
}
