import { type ClientOptions, clientCommand, connect } from '../command/client-command.ts';
import { importExport } from './import-export.ts';

export const importCommand = () =>
  clientCommand('import FILE', 'submit an exported search, with its data set where that is not there')
    .argument('<file>', 'what holdfast export wrote')
    .action(async (file: string, options: ClientOptions) => {
      const { readExport } = await import('./export-file.ts');
      const search = await importExport(connect(options), await readExport(file));
      if (options.json) process.stdout.write(`${JSON.stringify(search)}\n`);
      else
        process.stdout.write(`Submitted "${search.name}": ${search.id}\nNext: holdfast watch ${search.id}\n`);
    });
