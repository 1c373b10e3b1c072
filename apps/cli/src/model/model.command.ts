import { Command } from 'commander';
import { getModelCommand } from './get-model.command.ts';
import { predictCommand } from './predict.command.ts';
import { trainModelCommand } from './train-model.command.ts';

export const modelCommand = () =>
  new Command('model')
    .description('train, fetch and use a final model')
    .addCommand(trainModelCommand())
    .addCommand(getModelCommand())
    .addCommand(predictCommand());
