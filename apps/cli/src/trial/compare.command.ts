import type { Comparison } from '@holdfast/contracts/comparison';
import { type ClientOptions, clientCommand, connect, printAnswer } from '../command/client-command.ts';
import { wholeNumber } from '../command/parse-number.ts';
import { resolveSearch, searchArgument } from '../searches/resolve-search.ts';
import { decimal, textTable } from '../terminal/text-table.ts';
import { wrapText } from '../terminal/wrap-text.ts';

interface CompareOptions extends ClientOptions {
  metric?: string;
}

export const compareCommand = () =>
  clientCommand('compare SEARCH N M', 'two trials fold by fold, with the corrected resampled t-test')
    .argument('<search>', searchArgument)
    .argument('<n>', 'number of the first trial', wholeNumber(0))
    .argument('<m>', 'number of the second', wholeNumber(0))
    .option('--metric <metric>', 'another metric than the objective')
    .addHelpText('after', '\nExample:\n  $ holdfast compare latest 3 5')
    .action(async (given: string, first: number, second: number, options: CompareOptions) => {
      const client = connect(options);
      const id = await resolveSearch(client, given);
      const { metric } = options;
      if (options.json) {
        const query = { trials: `${first},${second}`, metric };
        return printAnswer(client, `/v1/searches/${id}/comparison`, { query });
      }
      const comparison = await client.compareTrials(id, first, second, metric ? { metric } : {});
      process.stdout.write(`${describeComparison(comparison)}\n`);
    });

function describeComparison(comparison: Comparison): string {
  const [first, second] = comparison.trials;
  const { test, metric } = comparison;
  const folds = textTable(
    [
      { title: 'repeat', right: true, cell: ({ repeat }) => String(repeat) },
      { title: 'fold', right: true, cell: ({ fold }) => String(fold) },
      { title: `trial ${first.trial}`, right: true, cell: ({ scores }) => decimal(scores[0]) },
      { title: `trial ${second.trial}`, right: true, cell: ({ scores }) => decimal(scores[1]) },
      { title: 'difference', right: true, cell: ({ difference }) => decimal(difference) },
    ],
    comparison.folds,
  );
  const verdict =
    test === null
      ? `No test: ${comparison.reason}`
      : `${metric} differs by ${decimal(comparison.meanDifference)}, 95 % interval ${decimal(test.interval[0])} to ${decimal(test.interval[1])}, p = ${decimal(test.pValue)} (corrected resampled t-test, ${test.degreesOfFreedom} degrees of freedom)`;
  const meaning =
    test === null
      ? []
      : [
          test.pValue < 0.05
            ? 'More than luck of the folds explains easily.'
            : 'The folds cannot tell these trials apart.',
        ];
  const warnings = comparison.warnings.map(({ message }) => `Warning: ${message}`);
  return [folds, '', ...[verdict, ...meaning, ...warnings].map((text) => wrapText(text))].join('\n');
}
