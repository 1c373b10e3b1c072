import type { Dataset } from '@holdfast/contracts/dataset';
import type { LedgerEntry } from '@holdfast/contracts/ledger';
import type { Metric } from '@holdfast/contracts/metrics';
import type { Model } from '@holdfast/contracts/model';
import type { Reveal, RevealedTrial } from '@holdfast/contracts/reveal';
import { code, figure, type Row, section, table } from './markdown.ts';

/** What is known of the locked rows when a card is written. */
export interface KnownOfTest {
  /** `null` where it was deleted since. */
  dataset: Dataset | null;
  /** Of the model's search. */
  reveals: readonly Reveal[];
  /** The ledger's entry of the sealing. */
  seal: LedgerEntry | null;
  /** Of all reveals of the data set, newest first. */
  entries: readonly LedgerEntry[];
}

/** The lock, what it said of this very model, and all that it was asked beside. */
export function aboutTest(model: Model, known: KnownOfTest): string {
  const { dataset, reveals, seal } = known;
  if (dataset?.test.locked === false) return '## Test\n\nThe data set has no locked test rows.';
  if (dataset === null && seal === null) return '';
  const { kind, commitment = seal?.data['commitment'], revealsUsed, revealBudget } = dataset?.test ?? {};
  const lock = section('Test', [
    ['locked rows', dataset ? `${dataset.rows.test}, chosen ${kind}` : String(seal?.data['rows'])],
    ['commitment', commitment ? code(String(commitment)) : null],
    ['sealed', seal && `${seal.at}, entry ${seal.number} of the ledger`],
    ['reveals', dataset && `${revealsUsed} of ${revealBudget} used`],
  ]);
  const made = reveals.find(
    ({ trials, status }) => status === 'completed' && trials.some((trial) => isOf(trial, model)),
  );
  const own = made
    ? aboutReveal(made, made.trials.find((trial) => isOf(trial, model))!)
    : `This model was not tested on them. A reveal of trial ${model.trial} evaluates this very model: it shows the parameters digest above.`;
  return [lock, own, aboutOthers(known)].filter((part) => part !== '').join('\n\n');
}

/** The same trial and the same parameters: what was tested is what this card is of. */
const isOf = ({ trial, parametersDigest }: RevealedTrial, model: Model) =>
  trial === model.trial && parametersDigest !== null && parametersDigest === model.parametersDigest;

function aboutReveal(reveal: Reveal, { test, verdict, validation, reason, ladder }: RevealedTrial): string {
  const { id, metric, ledgerEntry, resultEntry, createdAt, finishedAt } = reveal;
  const promised = validation.corrected ?? validation.mean;
  const rows: Row[] = [
    ['reveal', code(id)],
    ['ordered', `${createdAt}, entry ${ledgerEntry} of the ledger`],
    ['made', `${finishedAt}, entry ${resultEntry} of the ledger`],
    [`validation had promised (${metric})`, promised === null ? null : figure(promised)],
    ['verdict', verdict],
    ['note', reason],
    [
      'ladder',
      ladder?.score == null
        ? null
        : `accuracy ${figure(ladder.score)}${ladder.improved ? '' : ', of another submission'}`,
    ],
  ];
  const scores = test === null ? '' : `\n\n${scoresTable(test)}`;
  return `This very model was tested on them, once:\n\n${table(rows)}${scores}`;
}

function scoresTable(test: NonNullable<RevealedTrial['test']>): string {
  const { confusion: _, interval95: __, intervals95, ...scores } = test;
  const lines = (Object.entries(scores) as [Metric, number | null | undefined][]).map(([name, score]) => {
    const interval = intervals95[name];
    const range = interval ? `${figure(interval[0])} to ${figure(interval[1])}` : '';
    return `| ${name} | ${score == null ? 'not defined' : figure(score)} | ${range} |`;
  });
  return ['| test score | | 95 % interval |', '| --- | --- | --- |', ...lines].join('\n');
}

/** Whatever the rows were asked before: a test set that was looked at often is one more validation set. */
function aboutOthers({ entries }: KnownOfTest): string {
  if (entries.length === 0) return '';
  const lines = entries.map(({ number, at, data }) => {
    const trials = [data['trials']].flat().join(', ');
    return `| ${number} | ${at} | ${trials} of ${code(String(data['search']))} |`;
  });
  const header = '| entry | ordered | trials |\n| --- | --- | --- |';
  return `All reveals of the data set:\n\n${header}\n${lines.join('\n')}`;
}
