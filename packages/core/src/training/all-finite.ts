/** Whether all numbers are finite: their sum of differences from themselves is 0 then, and NaN otherwise. */
export function allFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! - values[i]!;
  return sum === 0;
}
