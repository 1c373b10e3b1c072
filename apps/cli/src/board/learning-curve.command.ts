import type { LearningCurve } from '@holdfast/contracts/learning-curve';
import { type ClientOptions, clientCommand, connect, printAnswer } from '../command/client-command.ts';
import { wholeNumber } from '../command/parse-number.ts';
import { resolveSearch, searchArgument } from '../searches/resolve-search.ts';
import { decimal, textTable } from '../terminal/text-table.ts';

const isOver = ({ status }: LearningCurve) => ['completed', 'failed', 'cancelled'].includes(status);

export const learningCurveCommand = () =>
  clientCommand('learning-curve [SEARCH]', 'would more data help? trains a trial on shares of the rows')
    .argument('[search]', searchArgument, 'latest')
    .option('--trial <n>', 'the trial; the recommended one unless named', wholeNumber(0))
    .option('--show', 'only show the newest one')
    .addHelpText('after', '\nExample:\n  $ holdfast learning-curve latest')
    .action(async (given: string, options: ClientOptions & { trial?: number; show?: boolean }) => {
      const client = connect(options);
      const id = await resolveSearch(client, given);
      if (!options.show) {
        const { trial } = options;
        let curve = await client.createLearningCurve(id, trial === undefined ? {} : { trial });
        while (!isOver(curve)) curve = await client.getLearningCurve(id, { waitSeconds: 30 });
      }
      if (options.json) return printAnswer(client, `/v1/searches/${id}/learning-curve`);
      process.stdout.write(`${describeCurve(await client.getLearningCurve(id))}\n`);
    });

function describeCurve({ items, metric, trial, curve, status, verdict }: LearningCurve): string {
  const score = ({ mean, standardError }: LearningCurve['items'][number]['validation']) =>
    `${decimal(mean)}${standardError === null ? '' : ` ± ${decimal(standardError)}`}`;
  const table = textTable(
    [
      { title: 'share', right: true, cell: ({ share }) => `${Number((100 * share).toPrecision(3))} %` },
      { title: 'rows', right: true, cell: ({ rows }) => (rows === null ? '–' : String(Math.round(rows))) },
      { title: metric, right: true, cell: ({ validation }) => score(validation) },
      { title: 'training', right: true, cell: ({ training }) => score(training) },
    ],
    items,
  );
  return [
    `Trial ${trial}, ${status} (${curve})`,
    table,
    ...(verdict === null ? [] : ['', verdict.message]),
  ].join('\n');
}
