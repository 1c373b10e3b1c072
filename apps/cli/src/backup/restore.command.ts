import { access } from 'node:fs/promises';
import { Command } from 'commander';
import { jsonOption } from '../command/service-options.ts';
import { UsageError } from '../command/usage-error.ts';
import { homeOption } from './backup.command.ts';

export const restoreCommand = () =>
  new Command('restore')
    .description('unpack a backup into a data folder that is not there yet')
    .argument('<file>', 'what holdfast backup wrote')
    .addOption(homeOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ holdfast restore holdfast-backup.tar.gz --home restored')
    .action(async (file: string, { home, json }: { home: string; json?: boolean }) => {
      await access(file).catch((error: Error) => {
        throw new UsageError(`${file} cannot be read: ${error.message}`);
      });
      const { unpackHome } = await import('./pack-home.ts');
      await unpackHome(file, home);
      process.stdout.write(
        json ? `${JSON.stringify({ home })}\n` : `Restored to ${home}. Next: holdfast serve --home ${home}\n`,
      );
    });
