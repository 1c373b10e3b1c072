import { Command } from 'commander';
import { createModelCommand } from './create-model.command.ts';
import { getModelCommand } from './get-model.command.ts';
import { predictCommand } from './predict.command.ts';

export const modelCommand = () =>
  new Command('model')
    .description('final models: train one, download it, predict with it')
    .addCommand(createModelCommand())
    .addCommand(getModelCommand())
    .addCommand(predictCommand());
