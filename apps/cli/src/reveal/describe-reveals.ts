import type { Dataset } from '@holdfast/contracts/dataset';
import type { Metric } from '@holdfast/contracts/metrics';
import type { Reveal, RevealedTrial } from '@holdfast/contracts/reveal';
import { decimal, textTable } from '../terminal/text-table.ts';
import { wrapText } from '../terminal/wrap-text.ts';

const verdicts = {
  consistent: 'The test agrees with what cross-validation promised.',
  optimistic: 'Cross-validation promised more than the test allows: rely on the test.',
  pessimistic: 'The test is better than cross-validation promised.',
} as const;

/** What the locked rows have shown: validation beside test, verdict, the ledger's entries. */
export function describeReveals(reveals: readonly Reveal[], { classes }: Pick<Dataset, 'classes'>): string {
  return reveals.map((reveal) => describeOne(reveal, classes)).join('\n\n');
}

function describeOne(reveal: Reveal, classes: readonly string[]): string {
  const { id, status, createdAt, reason, ledgerEntry, resultEntry, revealsUsed, revealBudget } = reveal;
  const when = createdAt.slice(0, 19).replace('T', ' ');
  const result = resultEntry === null ? '' : `, its result entry ${resultEntry}`;
  return [
    `Reveal ${id} of ${when} UTC: ${status}${reason === null ? '' : `: ${reason}`}`,
    ...reveal.trials.map((trial) => describeTrial(trial, reveal.metric, classes)),
    wrapText(
      `Ledger: the order is entry ${ledgerEntry}${result}. Of the rows’ budget of ${revealBudget}, ${revealsUsed} ${revealsUsed === 1 ? 'is' : 'are'} used.`,
    ),
  ].join('\n\n');
}

function describeTrial(revealed: RevealedTrial, metric: Metric, classes: readonly string[]): string {
  const { trial, test, verdict, reason, ladder, parametersDigest } = revealed;
  const { mean, standardError, corrected } = revealed.validation;
  const error = standardError === null ? '' : ` ± ${decimal(standardError)}`;
  const luck = corrected === null ? '' : `, ${decimal(corrected)} without the luck of being the best of many`;
  return [
    wrapText(`Trial ${trial}${verdict === null ? '' : `: ${verdict}. ${verdicts[verdict]}`}`),
    `Validation ${metric} ${decimal(mean)}${error}${luck}`,
    ...(reason === null ? [] : [reason]),
    ...(ladder ? [describeLadder(ladder)] : []),
    ...(test === null ? [] : [scoresTable(test)]),
    ...(test?.confusion ? [confusionTable(test.confusion, classes)] : []),
    ...(parametersDigest === null ? [] : [wrapText(`Tested model: ${parametersDigest}`, { indent: 2 })]),
  ].join('\n');
}

function describeLadder({ score, improved, leader }: NonNullable<RevealedTrial['ladder']>): string {
  if (score === null || leader === null) return 'The ladder has no score yet.';
  const whose = improved ? 'this trial’s' : `still that of trial ${leader.trial} of ${leader.search}`;
  return `The ladder shows accuracy ${decimal(score)}, ${whose}.`;
}

function scoresTable(test: NonNullable<RevealedTrial['test']>): string {
  const { confusion: _, interval95: __, intervals95, ...scores } = test;
  return textTable(
    [
      { title: '', cell: ([name]) => name },
      { title: 'test', right: true, cell: ([, score]) => decimal(score ?? null) },
      {
        title: '95 % interval',
        cell: ([name]) => {
          const interval = intervals95[name];
          return interval ? `${decimal(interval[0])} to ${decimal(interval[1])}` : '–';
        },
      },
    ],
    Object.entries(scores) as [Metric, number | null | undefined][],
  );
}

function confusionTable(confusion: readonly (readonly number[])[], classes: readonly string[]): string {
  const names = confusion.map((_, place) => classes[place] ?? String(place));
  return textTable(
    [
      { title: 'truth \\ predicted', cell: (truth: number) => names[truth]! },
      ...names.map((title, predicted) => ({
        title,
        right: true,
        cell: (truth: number) => String(confusion[truth]![predicted]),
      })),
    ],
    [...names.keys()],
  );
}
