import { Command } from 'commander';

export function ledgerCommand(): Command {
  const command = new Command('ledger').description('what is on record about locked test rows');
  command
    .command('verify')
    .description('check an exported ledger offline against a signed head')
    .argument('<ledger...>', 'files with answers of GET /v1/ledger?limit=1000, all pages')
    .requiredOption('--head <file>', 'a file with an answer of GET /v1/ledger/head, kept from before')
    .option('--public-key <base64>', 'whose signature it must be (default: the key in the head)')
    .action(async (ledgers: string[], options: { head: string; publicKey?: string }) => {
      const { verifyLedgerFiles } = await import('./verify-ledger-files.ts');
      process.exitCode = await verifyLedgerFiles({
        head: options.head,
        ledgers,
        publicKey: options.publicKey,
      });
    });
  return command;
}
