import { Command } from 'commander';
import { jsonOption } from '../command/service-options.ts';
import { exportLedgerCommand } from './export-ledger.command.ts';
import { showLedgerCommand } from './show-ledger.command.ts';

export const ledgerCommand = () =>
  new Command('ledger')
    .description('what is on record about locked test rows')
    .addCommand(showLedgerCommand())
    .addCommand(exportLedgerCommand())
    .addCommand(verifyLedgerCommand());

const verifyLedgerCommand = () =>
  new Command('verify')
    .description('check an exported ledger offline against a signed head')
    .argument('<ledger...>', 'what "holdfast ledger export" wrote, or answers of GET /v1/ledger, all pages')
    .requiredOption('--head <file>', 'a signed head, kept from before')
    .option('--public-key <base64>', 'whose signature it must be (default: the key in the head)')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Needs no service. Exit code 8: an entry was changed, moved, cut off or left out,
or the signature is not that key's.

Examples:
  $ holdfast ledger export --out ledger.json --head head.json
  $ holdfast ledger verify ledger.json --head head.json --public-key "$KEY"`,
    )
    .action(async (ledgers: string[], options: { head: string; publicKey?: string; json?: boolean }) => {
      const { verifyLedgerFiles } = await import('./verify-ledger-files.ts');
      process.exitCode = await verifyLedgerFiles({
        head: options.head,
        ledgers,
        publicKey: options.publicKey,
        json: options.json,
      });
    });
