import type { Leaderboard, LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { showValue } from '../terminal/show-value.ts';
import { terminalWidth } from '../terminal/terminal-width.ts';
import { type Column, decimal, textTable } from '../terminal/text-table.ts';

/** A board as text in columns, best first; `rows` at most. Where remarks would not fit they are marks, told below. */
export function leaderboardTable(board: Leaderboard, rows: number, width = terminalWidth()): string {
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
  ];
  const rest = board.items.length - items.length;
  const remarks = (item: LeaderboardItem) => remarksOf(item, board);
  const inWords = { title: '', cell: (item: LeaderboardItem) => remarks(item).join(', ') };
  const inMarks = {
    title: '',
    cell: (item: LeaderboardItem) =>
      remarks(item)
        .map((word) => marks[word] ?? word)
        .join(' '),
  };
  const whole = textTable([...columns, inWords], items, Infinity);
  const fits = whole.split('\n').every((line) => line.length <= width);
  const legend = Object.entries(marks)
    .filter(([word]) => items.some((item) => remarks(item).includes(word)))
    .map(([word, mark]) => `${mark} ${word}`);
  return [
    fits ? whole : textTable([...columns, inMarks], items, width),
    ...(fits || legend.length === 0 ? [] : [legend.join('   ')]),
    ...(rest > 0 || board.nextCursor ? [`… and ${board.nextCursor ? 'more' : `${rest} more`}`] : []),
  ].join('\n');
}

/** The ranks that the trial may have in truth: `1–4`. */
export function rankInterval({ rankInterval: interval }: LeaderboardItem): string {
  if (interval === null) return '–';
  return interval[0] === interval[1] ? String(interval[0]) : `${interval[0]}–${interval[1]}`;
}

const weights = ({ weightCount }: LeaderboardItem) => showValue(weightCount ?? undefined);

function score(item: LeaderboardItem): string {
  if (item.score.mean === null) return item.reason ? 'none' : '–';
  const error = item.score.standardError;
  return error === null ? decimal(item.score.mean) : `${decimal(item.score.mean)} ± ${decimal(error)}`;
}

/** Where words do not fit. */
const marks: Record<string, string> = { recommended: '*', overfits: '!' };

function remarksOf(item: LeaderboardItem, board: Leaderboard): string[] {
  return [
    ...(board.recommended?.trial === item.trial ? ['recommended'] : []),
    ...(item.overfit ? ['overfits'] : []),
    ...(item.status === 'completed' ? [] : [item.status]),
  ];
}
