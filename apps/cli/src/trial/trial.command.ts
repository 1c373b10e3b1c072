import type { Trial } from '@holdfast/contracts/trial';
import { type ClientOptions, clientCommand, connect, printAnswer } from '../command/client-command.ts';
import { wholeNumber } from '../command/parse-number.ts';
import { resolveSearch, searchArgument } from '../searches/resolve-search.ts';
import { type Curve, drawCurves } from '../terminal/draw-curves.ts';
import { decimal, textTable } from '../terminal/text-table.ts';
import { meanCurve } from './mean-curve.ts';

export const trialCommand = () =>
  clientCommand('trial SEARCH N', 'one trial: hyperparameters, every fold, learning curves')
    .argument('<search>', searchArgument)
    .argument('<n>', 'number of the trial, from 0', wholeNumber(0))
    .addHelpText(
      'after',
      `
Examples:
  $ holdfast trial latest 3
  $ holdfast trial latest 3 --json | jq .params`,
    )
    .action(async (given: string, number: number, options: ClientOptions) => {
      const client = connect(options);
      const id = await resolveSearch(client, given);
      if (options.json) return printAnswer(client, `/v1/searches/${id}/trials/${number}`);
      const trial = await client.getTrial(id, number);
      const columns = Math.min(process.stdout.columns || 80, 110);
      process.stdout.write(`${describeTrial(trial, columns)}\n`);
    });

function describeTrial(trial: Trial, columns: number): string {
  const metrics = [...new Set(trial.folds.flatMap(({ validation }) => Object.keys(validation ?? {})))];
  const params = Object.entries(trial.params).map(
    ([name, value]) => `  ${name.padEnd(18)} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const folds = textTable(
    [
      { title: 'repeat', right: true, cell: ({ repeat }) => String(repeat) },
      { title: 'fold', right: true, cell: ({ fold }) => String(fold) },
      { title: 'state', cell: ({ state }) => state },
      ...metrics.map((metric, place) => ({
        title: metric,
        right: true,
        // The loss and the first stay.
        ...(place > 0 && metric !== 'loss' && { spare: place }),
        cell: ({ validation }: Trial['folds'][number]) =>
          decimal((validation as Record<string, number | null> | null)?.[metric] ?? null),
      })),
      { title: 'epochs', right: true, cell: ({ epochs }) => String(epochs ?? '–') },
      { title: 'seconds', right: true, cell: ({ seconds }) => seconds?.toFixed(3) ?? '–' },
      { title: 'engine', spare: 100, cell: ({ engine }) => engine ?? '–' },
      { title: '', cell: ({ reason, attempt }) => reason ?? (attempt > 1 ? `attempt ${attempt}` : '') },
    ],
    trial.folds,
  );
  return [
    `Trial ${trial.trial}: ${trial.status}${trial.reason ? ` (${trial.reason})` : ''}${trial.weightCount === null ? '' : `, ${trial.weightCount} weights`}`,
    ...(trial.note ? [`Note: ${trial.note}`] : []),
    ...params,
    '',
    folds,
    ...maskedLine(trial),
    // Of a trainer of one's own there are no networks, and no curves.
    ...(trial.weightCount === null
      ? []
      : ['', 'Loss by epoch, mean over the folds', drawCurves(lossCurves(trial), { columns, rows: 12 })]),
  ].join('\n');
}

/** With dropout alone. */
function maskedLine({ folds }: Trial): string[] {
  const losses = folds.flatMap(({ curves }) => curves?.masked?.trainingLoss ?? []);
  if (losses.length === 0) return [];
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  return [`With units switched off, as in training, the training loss is ${Number(mean.toPrecision(4))}`];
}

function lossCurves({ folds }: Trial): Curve[] {
  const curves = folds.flatMap((fold) => (fold.curves === null ? [] : [fold.curves]));
  return [
    {
      name: 'training',
      mark: '·',
      ...meanCurve(curves.map((one) => ({ x: one.epochs, y: one.trainingLoss }))),
    },
    {
      name: 'validation',
      mark: '●',
      ...meanCurve(curves.map((one) => ({ x: one.epochs, y: one.validationLoss }))),
    },
  ];
}
