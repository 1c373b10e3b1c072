/**
 * The epochs at which curves have a point: all of them up to `points` epochs, else `points` of them evenly
 * spaced from the first to the last, `1 + round(i · (epochs − 1) / (points − 1))`. With one point, the last.
 * @returns epochs from 1, ascending, each once
 */
export function curveEpochs(epochs: number, points = 100): number[] {
  if (!(Number.isInteger(points) && points >= 1))
    throw new RangeError(`points must be from 1 on, not ${points}`);
  if (epochs <= points) return Array.from({ length: epochs }, (_, i) => i + 1);
  if (points === 1) return [epochs];
  return Array.from({ length: points }, (_, i) => 1 + Math.round((i * (epochs - 1)) / (points - 1)));
}
