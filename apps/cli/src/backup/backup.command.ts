import { stat } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { isThere } from '../command/is-there.ts';
import { jsonOption } from '../command/service-options.ts';
import { UsageError } from '../command/usage-error.ts';

interface BackupOptions {
  home: string;
  json?: boolean;
  force?: boolean;
}

export const homeOption = () =>
  new Option('--home <dir>', 'data folder').env('HOLDFAST_HOME').default('.holdfast');

export const backupCommand = () =>
  new Command('backup')
    .description('pack the data folder of a stopped service into one file')
    .argument('<file>', 'the archive, as backup.tar.gz')
    .addOption(homeOption())
    .option('--force', 'in place of a file that is there')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
The file holds everything: training rows, results, sealed test rows and the key
that opens them. Keep it as you would keep that key. Where DATABASE_URL names a
Postgres of your own, use its tools: docs/how-to.md.

Example:
  $ holdfast backup holdfast-backup.tar.gz`,
    )
    .action(async (file: string, { home, json, force }: BackupOptions) => {
      if (!force && (await isThere(file)))
        throw new UsageError(
          `${file} is there already. Name another file, or put this in its place with --force.`,
        );
      const { packHome } = await import('./pack-home.ts');
      await packHome(home, file);
      const { size: bytes } = await stat(file);
      process.stdout.write(
        json ? `${JSON.stringify({ file, bytes })}\n` : `${file}: ${(bytes / 2 ** 20).toFixed(1)} MiB\n`,
      );
    });
