import { Command } from 'commander';
import { addDatasetCommand } from './add-dataset.command.ts';
import { deleteDatasetCommand } from './delete-dataset.command.ts';
import { listDatasetsCommand } from './list-datasets.command.ts';
import { showDatasetCommand } from './show-dataset.command.ts';

export const datasetsCommand = () =>
  new Command('datasets')
    .description('add, list, show and delete data sets')
    .addCommand(addDatasetCommand())
    .addCommand(listDatasetsCommand())
    .addCommand(showDatasetCommand())
    .addCommand(deleteDatasetCommand());
