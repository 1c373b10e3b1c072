import type { Leaderboard, LeaderboardItem } from '@holdfast/contracts/leaderboard';

/** A board as text in columns, best first; `rows` at most. */
export function leaderboardTable(board: Leaderboard, rows: number): string {
  const items = board.items.slice(0, rows);
  if (items.length === 0) return 'No trial has run yet.';
  const names = [...new Set(items.flatMap((item) => Object.keys(item.params)))];
  const header = ['rank', 'trial', board.metric, 'training', 'loss', ...names, 'weights', ''];
  const lines = items.map((item) => [
    item.rank === null ? '–' : String(item.rank),
    String(item.trial),
    score(item),
    decimal(item.training.mean),
    decimal(item.loss.validation),
    ...names.map((name) => value(item.params[name])),
    String(item.weightCount),
    remarks(item, board),
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const numeric = (column: number) => column < 5 || column === header.length - 2;
  const format = (line: string[]) =>
    line
      .map((cell, column) =>
        numeric(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  const rest = board.items.length - items.length;
  return [
    format(header),
    format(widths.map((width) => '─'.repeat(width))),
    ...lines.map(format),
    ...(rest > 0 || board.nextCursor ? [`… and ${board.nextCursor ? 'more' : `${rest} more`}`] : []),
  ].join('\n');
}

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

function decimal(number: number | null): string {
  if (number === null) return '–';
  const size = Math.abs(number);
  return size !== 0 && (size < 0.001 || size >= 10_000) ? number.toExponential(2) : number.toFixed(3);
}

function value(parameter: unknown): string {
  if (typeof parameter === 'number') return String(Number(parameter.toPrecision(4)));
  return typeof parameter === 'string' ? parameter : (JSON.stringify(parameter) ?? '–');
}
