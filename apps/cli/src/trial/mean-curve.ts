interface Points {
  x: number[];
  y: (number | null)[];
}

/** The mean of curves wherever all of them have a point: it ends where only some folds went on, as early stopping has it. */
export function meanCurve(curves: readonly Points[]): Points {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { x, y } of curves) {
    for (const [place, at] of x.entries()) {
      const value = y[place] ?? null;
      if (value === null) continue;
      const { sum, count } = sums.get(at) ?? { sum: 0, count: 0 };
      sums.set(at, { sum: sum + value, count: count + 1 });
    }
  }
  const places = [...sums].filter(([, { count }]) => count === curves.length).sort(([a], [b]) => a - b);
  return { x: places.map(([at]) => at), y: places.map(([, { sum, count }]) => sum / count) };
}
