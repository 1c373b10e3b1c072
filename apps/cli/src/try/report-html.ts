import { basename } from 'node:path';
import type { Dataset } from '@holdfast/contracts/dataset';
import type { Importance } from '@holdfast/contracts/importance';
import type { Leaderboard, LeaderboardItem } from '@holdfast/contracts/leaderboard';
import type { Search } from '@holdfast/contracts/search';
import type { Trial } from '@holdfast/contracts/trial';
import { holdfastVersion } from '@holdfast/contracts/versions';
import { showValue } from '../terminal/show-value.ts';
import { decimal } from '../terminal/text-table.ts';
import { meanCurve } from '../trial/mean-curve.ts';
import { boardNotes } from '../watch/board-notes.ts';
import { rankInterval } from '../watch/leaderboard-table.ts';
import { curvesSvg } from './curves-svg.ts';
import { escapeHtml } from './escape-html.ts';
import { reportStyle } from './report-style.ts';

export interface ReportContents {
  dataset: Dataset;
  /** Columns that were left out of it. */
  drop: readonly string[];
  search: Search;
  /** The whole board. */
  board: Leaderboard;
  /** Of the best ones, in the board's order. */
  trials: readonly Trial[];
  importance: Importance;
  /** The recommended trial as a trained model, beside the page; none yet, or none at all. */
  files: readonly string[];
}

/** One HTML page that needs nothing besides itself: no script, no font, no picture from elsewhere. */
export function reportHtml({
  dataset,
  drop,
  search,
  board,
  trials,
  importance,
  files,
}: ReportContents): string {
  const title = `${escapeHtml(dataset.name)}: ${escapeHtml(dataset.target.join(', '))}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Holdfast report: ${title}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${dataset.task}, ${dataset.features.length} features${drop.length === 0 ? '' : ` (left out: ${escapeHtml(drop.join(', '))})`}, ${dataset.rows.train} training rows.
${search.progress.trials.total} trials with ${search.progress.folds.total} fold runs; best ${escapeHtml(bestOf(board))}.</p>
${lockCard(dataset)}
${dataset.leaks.warnings.map(({ message }) => `<p class="warning">${escapeHtml(message)}</p>`).join('\n')}
<h2>Leaderboard</h2>
${boardTable(board)}
<p class="quiet">Scores are validation scores: means over folds ± standard error. “95 %” holds the rank that a trial has in truth in at least
95 of 100 searches: trials whose intervals overlap much are, for all one knows, equal. A trial overfits whose validation loss is more than
a tenth above its training loss.</p>
${list(boardNotes(board))}
${modelFiles(files, dataset)}
<h2>Learning curves of the best trials</h2>
<div class="plots">${trials.map(trialPlot).join('\n')}</div>
<h2>What matters</h2>
${importanceTable(importance)}
<h2>To repeat it</h2>
<p>The same search gives the same bytes on any machine. Digest of the board: <code>${board.digest}</code>, numerics version
${search.numericsVersion}.</p>
<details><summary>The search, with every default filled in</summary>
<pre>${escapeHtml(JSON.stringify({ ...search.spec, dataset: dataset.name }, null, 2))}</pre></details>
<p class="quiet">Made by Holdfast ${holdfastVersion}. Nothing on this page needs the network.</p>
</main>
</body>
</html>
`;
}

function bestOf({ items, metric }: Leaderboard): string {
  const best = items[0]?.score;
  return best?.mean == null ? 'none yet' : `${metric} ${decimal(best.mean)} ± ${decimal(best.standardError)}`;
}

function lockCard({ rows, test }: Dataset): string {
  if (!test.locked) return '<p class="lock">No test rows were set aside.</p>';
  return `<p class="lock"><strong>${rows.test} test rows are locked.</strong> Nothing on this page has seen them. The best of many
validation scores promises too much; what a model is worth is told by these rows, and only once.
<br><small>commitment <code>${test.commitment}</code></small></p>`;
}

function boardTable(board: Leaderboard): string {
  const items = board.items.slice(0, 50);
  const names = [...new Set(items.flatMap(({ params }) => Object.keys(params)))];
  const header = ['Rank', '95 %', 'Trial', board.metric, 'Training', 'Loss', ...names, 'Weights', ''];
  const isNumber = (name: string) => items.every(({ params }) => typeof (params[name] ?? 0) === 'number');
  const numeric = header.map((name, column) =>
    column < 6 || name === 'Weights' || (names.includes(name) && isNumber(name)) ? ' class="n"' : '',
  );
  const row = (item: LeaderboardItem) => {
    const cells = [
      item.rank ?? '–',
      rankInterval(item),
      item.trial,
      `${decimal(item.score.mean)} ± ${decimal(item.score.standardError)}`,
      decimal(item.training.mean),
      decimal(item.loss.validation),
      ...names.map((name) => showValue(item.params[name])),
      item.weightCount,
      remarks(item, board),
    ];
    const best = board.recommended?.trial === item.trial ? ' class="best"' : '';
    const tags = cells.map((cell, column) => `<td${numeric[column]}>${escapeHtml(String(cell))}</td>`);
    return `<tr${best}>${tags.join('')}</tr>`;
  };
  const more = board.items.length - items.length;
  return `<div class="wide"><table>
<thead><tr>${header.map((name, column) => `<th scope="col"${numeric[column]}>${escapeHtml(name)}</th>`).join('')}</tr></thead>
<tbody>${items.map(row).join('\n')}</tbody>
</table></div>${more > 0 ? `<p>… and ${more} more</p>` : ''}`;
}

function remarks(item: LeaderboardItem, board: Leaderboard): string {
  return [
    board.recommended?.trial === item.trial && 'recommended',
    item.overfit && 'overfits',
    item.status !== 'completed' && item.status,
  ]
    .filter(Boolean)
    .join(', ');
}

/** What stands beside the page, and what to give it. */
function modelFiles(files: readonly string[], { features }: Dataset): string {
  if (files.length === 0) return '';
  const names = files.map((file) => `<code>${escapeHtml(basename(file))}</code>`).join(' and ');
  const inputs = features.map(({ name }) => escapeHtml(name)).join(', ');
  return `<p>Beside this page, ${names}: the recommended trial, trained on all training rows. It takes ${inputs}, as they stand in the
file; docs/final-model.md shows how to predict with it.</p>`;
}

const list = (texts: readonly string[]) =>
  texts.length === 0 ? '' : `<ul>${texts.map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>`;

function trialPlot({ trial, folds }: Trial): string {
  const curves = folds.flatMap((fold) => (fold.curves === null ? [] : [fold.curves]));
  const training = meanCurve(curves.map((one) => ({ x: one.epochs, y: one.trainingLoss })));
  const validation = meanCurve(curves.map((one) => ({ x: one.epochs, y: one.validationLoss })));
  return `<figure>${curvesSvg([
    { name: 'training', ...training },
    { name: 'validation', ...validation },
  ])}<figcaption>Trial ${trial}: loss by epoch, <span class="training">training</span> and <span class="validation">validation</span>, mean over folds, as far as all of them went</figcaption></figure>`;
}

function importanceTable({ items, reason, fit }: Importance): string {
  if (items.length === 0) return `<p>${escapeHtml(reason ?? 'Too few trials to tell.')}</p>`;
  const rows = items.map(
    ({ hyperparameter, importance, std }) =>
      `<tr><td>${escapeHtml(hyperparameter)}</td><td><span class="bar" style="width:calc(${importance.toFixed(3)} * min(16rem, 35vw))"></span></td><td>${(importance * 100).toFixed(0)} ± ${(std * 100).toFixed(0)} %</td></tr>`,
  );
  const trust =
    fit === null
      ? ''
      : fit <= 0
        ? '<p>The forest of regression trees that these shares come from foretells nothing of trials that it had not seen: take them for nothing yet; more trials are needed.</p>'
        : `<p>The forest of regression trees that these shares come from explains ${(fit * 100).toFixed(0)} % of the variance of trials that it had not seen.</p>`;
  return `<table>${rows.join('\n')}</table>${trust}`;
}
