import { Command } from 'commander';
import { addDatasetCommand } from './add-dataset.command.ts';
import { deleteDatasetCommand } from './delete-dataset.command.ts';
import { listDatasetsCommand } from './list-datasets.command.ts';
import { raiseBudgetCommand } from './raise-budget.command.ts';
import { showDatasetCommand } from './show-dataset.command.ts';
import { verifyDatasetCommand } from './verify-dataset.command.ts';

export const datasetsCommand = () =>
  new Command('datasets')
    .description('add, list, show, verify and delete data sets; raise a budget of reveals')
    .addCommand(addDatasetCommand())
    .addCommand(listDatasetsCommand())
    .addCommand(showDatasetCommand())
    .addCommand(verifyDatasetCommand())
    .addCommand(raiseBudgetCommand())
    .addCommand(deleteDatasetCommand());
