/**
 * The sum of finite numbers, rounded once: the order of the numbers does not matter, so that trials with the same fold
 * scores tie. Source: Shewchuk, "Adaptive precision floating-point arithmetic", Discrete & Computational Geometry 18
 * (1997), with the final rounding of Python's `math.fsum`.
 */
export function exactSum(values: readonly number[]): number {
  // Non-overlapping, by increasing magnitude; their exact sum is that of the values so far.
  const partials: number[] = [];
  for (const value of values) {
    let x = value;
    let kept = 0;
    for (const partial of partials) {
      const large = Math.abs(x) < Math.abs(partial) ? partial : x;
      const small = Math.abs(x) < Math.abs(partial) ? x : partial;
      const high = large + small;
      const low = small - (high - large);
      if (low !== 0) partials[kept++] = low;
      x = high;
    }
    partials.length = kept;
    partials.push(x);
  }
  let index = partials.length - 1;
  if (index < 0) return 0;
  let sum = partials[index]!;
  let rest = 0;
  while (index > 0 && rest === 0) {
    const x = sum;
    const y = partials[--index]!;
    sum = x + y;
    rest = y - (sum - x);
  }
  // Half-way cases round to even by the sign of what lies below.
  const below = index > 0 ? partials[index - 1]! : 0;
  if ((rest < 0 && below < 0) || (rest > 0 && below > 0)) {
    const doubled = rest * 2;
    const x = sum + doubled;
    if (doubled === x - sum) sum = x;
  }
  return sum;
}
