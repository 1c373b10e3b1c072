import type { Leaderboard, LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { showValue } from '../terminal/show-value.ts';
import { type Column, decimal, textTable } from '../terminal/text-table.ts';

/** A board as text in columns, best first; `rows` at most. */
export function leaderboardTable(board: Leaderboard, rows: number): string {
  const items = board.items.slice(0, rows);
  if (items.length === 0) return 'No trial has run yet.';
  const names = [...new Set(items.flatMap((item) => Object.keys(item.params)))];
  const sure = items.some((item) => item.rankInterval !== null);
  const columns: Column<LeaderboardItem>[] = [
    { title: 'rank', right: true, cell: (item) => (item.rank === null ? '–' : String(item.rank)) },
    ...(sure ? [{ title: '95 %', right: true, cell: rankInterval }] : []),
    { title: 'trial', right: true, cell: (item) => String(item.trial) },
    { title: board.metric, right: true, cell: score },
    { title: 'training', right: true, spare: 2, cell: (item) => decimal(item.training.mean) },
    { title: 'loss', right: true, spare: 1, cell: (item) => decimal(item.loss.validation) },
    ...names.map((name) => ({ title: name, cell: (item: LeaderboardItem) => showValue(item.params[name]) })),
    ...(items.some(({ weightCount }) => weightCount !== null)
      ? [{ title: 'weights', right: true, spare: 3, cell: weights }]
      : []),
    { title: '', cell: (item) => remarks(item, board) },
  ];
  const rest = board.items.length - items.length;
  return [
    textTable(columns, items),
    ...(rest > 0 || board.nextCursor ? [`… and ${board.nextCursor ? 'more' : `${rest} more`}`] : []),
  ].join('\n');
}

/** The ranks that the trial may have in truth: `1–4`. */
function rankInterval({ rankInterval: interval }: LeaderboardItem): string {
  if (interval === null) return '–';
  return interval[0] === interval[1] ? String(interval[0]) : `${interval[0]}–${interval[1]}`;
}

const weights = ({ weightCount }: LeaderboardItem) => showValue(weightCount ?? undefined);

function score(item: LeaderboardItem): string {
  if (item.score.mean === null) return item.reason ? 'none' : '–';
  const error = item.score.standardError;
  return error === null ? decimal(item.score.mean) : `${decimal(item.score.mean)} ± ${decimal(error)}`;
}

function remarks(item: LeaderboardItem, board: Leaderboard): string {
  const found: string[] = [];
  if (board.recommended?.trial === item.trial) found.push('recommended');
  if (item.overfit) found.push('overfits');
  if (item.status !== 'completed') found.push(item.status);
  return found.join(', ');
}
