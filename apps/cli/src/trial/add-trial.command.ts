import type { OwnTrialInput } from '@holdfast/contracts/search-control';
import { type ClientOptions, clientCommand, connect } from '../command/client-command.ts';
import { resolveSearch, searchArgument } from '../searches/resolve-search.ts';

interface AddTrialOptions extends ClientOptions {
  set: string[];
  note?: string;
}

export const addTrialCommand = () =>
  clientCommand('add-trial SEARCH', 'put a trial of your own into a running search')
    .argument('<search>', searchArgument)
    .option(
      '--set <name=value>',
      'a hyperparameter; may be repeated',
      (one: string, all: string[]) => [...all, one],
      [],
    )
    .option('--note <text>', 'what you thought')
    .addHelpText(
      'after',
      '\nExample:\n  $ holdfast add-trial latest --set hiddenLayers=[64,32] --set learningRate=0.01 --note "my guess"',
    )
    .action(async (given: string, options: AddTrialOptions) => {
      const client = connect(options);
      const { setValues } = await import('../submit/set-values.ts');
      const { space } = setValues({ space: {} }, options.set) as { space: OwnTrialInput['params'] };
      const trial = await client.addTrial(await resolveSearch(client, given), {
        params: space,
        ...(options.note !== undefined && { note: options.note }),
      });
      if (options.json) process.stdout.write(`${JSON.stringify(trial)}\n`);
      else process.stdout.write(`Trial ${trial.trial} is ${trial.status}: ${JSON.stringify(trial.params)}\n`);
    });
