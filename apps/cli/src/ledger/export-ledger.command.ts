import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import type { LedgerEntry, LedgerHead } from '@holdfast/contracts/ledger';
import { type ClientOptions, clientCommand, connect } from '../command/client-command.ts';
import { exitCodes } from '../command/exit-codes.ts';
import { writeOutput } from '../models/write-output.ts';

interface ExportOptions extends ClientOptions {
  out: string;
  head?: string;
}

/** The evaluator signs within seconds. */
const signedWithinMs = 10_000;
const paceMs = 250;

export const exportLedgerCommand = () =>
  clientCommand('export', 'write all entries, and the newest signed head, to be verified offline')
    .option('-o, --out <file>', 'where the entries go; - is standard output', '-')
    .option('--head <file>', 'where the signed head goes: keep it where nobody of the service can write')
    .addHelpText(
      'after',
      `
Waits until the newest entry is signed. A head that was kept proves later that
nothing before it was changed.

Examples:
  $ holdfast ledger export --out ledger.json --head head.json
  $ holdfast ledger export | jq .items[0]`,
    )
    .action(async ({ out, head, ...options }: ExportOptions) => {
      const client = connect(options);
      const signed = await newestHead(client);
      // Read after the head: what it signs is there.
      const items: LedgerEntry[] = [];
      for await (const entry of client.eachLedgerEntry()) items.push(entry);
      items.reverse();
      await writeOutput(out, `${JSON.stringify({ items, head: signed })}\n`);
      if (out !== '-') tell({ entries: items.length, out, head: head ?? null }, options);
      if (head === undefined) return;
      if (signed === null) {
        process.stderr.write('No head is signed yet: is an evaluator running? holdfast doctor\n');
        process.exitCode = exitCodes.failed;
        return;
      }
      await writeOutput(head, `${JSON.stringify(signed)}\n`);
    });

/** What was written where; what goes to standard output speaks for itself. */
function tell(written: { entries: number; out: string; head: string | null }, { json }: ClientOptions): void {
  const { entries, out, head } = written;
  const beside = head === null ? '' : `, the signed head in ${head}`;
  process.stdout.write(json ? `${JSON.stringify(written)}\n` : `${entries} entries in ${out}${beside}\n`);
}

/** The newest signed head; of the last entry, unless the evaluator does not come to it. */
async function newestHead(client: HoldfastClient): Promise<LedgerHead | null> {
  const until = performance.now() + signedWithinMs;
  for (;;) {
    const { entries, signed } = await client.getLedgerHead();
    if (entries === (signed?.entries ?? 0)) return signed;
    if (performance.now() > until) {
      process.stderr.write(
        `Of ${entries} entries ${signed?.entries ?? 0} are signed: is an evaluator running?\n`,
      );
      return signed;
    }
    await new Promise((resolve) => setTimeout(resolve, paceMs));
  }
}
