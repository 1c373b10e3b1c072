import { access } from 'node:fs/promises';
import { Command } from 'commander';
import { UsageError } from '../command/usage-error.ts';
import { homeOption } from './backup.command.ts';

export const restoreCommand = () =>
  new Command('restore')
    .description('unpack a backup into a data folder that is not there yet')
    .argument('<file>', 'what holdfast backup wrote')
    .addOption(homeOption())
    .addHelpText('after', '\nExample:\n  $ holdfast restore holdfast-backup.tar.gz --home restored')
    .action(async (file: string, { home }: { home: string }) => {
      await access(file).catch((error: Error) => {
        throw new UsageError(`${file} cannot be read: ${error.message}`);
      });
      const { unpackHome } = await import('./pack-home.ts');
      await unpackHome(file, home);
      process.stdout.write(`Restored to ${home}. Next: holdfast serve --home ${home}\n`);
    });
