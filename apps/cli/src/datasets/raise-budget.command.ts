import { type ClientOptions, clientCommand, connect } from '../command/client-command.ts';
import { wholeNumber } from '../command/parse-number.ts';

export const raiseBudgetCommand = () =>
  clientCommand('raise-budget DATASET N', 'let more trials be tested on locked rows; on the ledger, for good')
    .argument('<dataset>', 'id or name')
    .argument('<n>', 'how many trials may be tested in all; more than before', wholeNumber(1))
    .addHelpText(
      'after',
      `
Needs a key with the scope admin. It belongs to the rows: other data sets that
have them get it too. A test set that is asked again and again becomes one more
validation set.`,
    )
    .action(async (given: string, budget: number, options: ClientOptions) => {
      const dataset = await connect(options).raiseRevealBudget(given, budget);
      const { revealsUsed, revealBudget } = dataset.test;
      process.stdout.write(
        options.json
          ? `${JSON.stringify(dataset)}\n`
          : `${dataset.name}: ${revealsUsed} of ${revealBudget} reveals used\n`,
      );
    });
