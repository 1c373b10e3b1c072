export interface Curve {
  name: string;
  mark: string;
  x: readonly number[];
  y: readonly (number | null)[];
}

interface Size {
  columns: number;
  rows: number;
}

/**
 * Curves over one axis, drawn with a character for each point; where two meet the later one shows. Values that are `null` are
 * left out.
 */
export function drawCurves(curves: readonly Curve[], { columns, rows }: Size): string {
  const points = curves.flatMap(({ x, y, mark }) =>
    y.flatMap((value, place) => (value === null ? [] : [{ x: x[place]!, y: value, mark }])),
  );
  if (points.length === 0) return 'No curve: nothing was trained yet.';
  const [left, right] = extent(points.map((point) => point.x));
  const [bottom, top] = extent(points.map((point) => point.y));
  const labels = [top, (top + bottom) / 2, bottom].map((value) => value.toPrecision(3));
  const gutter = Math.max(...labels.map((label) => label.length));
  const width = Math.max(10, columns - gutter - 3);
  const grid = Array.from({ length: rows }, () => Array<string>(width).fill(' '));
  for (const { x, y, mark } of points) {
    const column = right === left ? 0 : Math.round(((x - left) / (right - left)) * (width - 1));
    const row = top === bottom ? 0 : Math.round(((top - y) / (top - bottom)) * (rows - 1));
    grid[row]![column] = mark;
  }
  const middle = Math.floor((rows - 1) / 2);
  const lines = grid.map((cells, row) => {
    const label = row === 0 ? labels[0]! : row === rows - 1 ? labels[2]! : row === middle ? labels[1]! : '';
    return `${label.padStart(gutter)} ┤${cells.join('').trimEnd()}`;
  });
  const ends = [String(left), String(right)] as const;
  const axis = `${' '.repeat(gutter)} └${'─'.repeat(width)}`;
  const scale = `${' '.repeat(gutter + 2)}${ends[0]}${ends[1].padStart(width - ends[0].length)}`;
  const legend = curves.map(({ name, mark }) => `${mark} ${name}`).join('   ');
  return [...lines, axis, scale, `${' '.repeat(gutter + 2)}${legend}`].join('\n');
}

function extent(values: readonly number[]): [number, number] {
  let low = values[0]!;
  let high = low;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
