import { Command } from 'commander';
import { deleteSearchCommand } from './delete-search.command.ts';
import { listSearchesCommand } from './list-searches.command.ts';
import { showSearchCommand } from './show-search.command.ts';

export const searchesCommand = () =>
  new Command('searches')
    .description('list, show and delete searches')
    .addCommand(listSearchesCommand())
    .addCommand(showSearchCommand())
    .addCommand(deleteSearchCommand());
