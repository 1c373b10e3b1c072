/**
 * Area under the ROC curve as the share of pairs (positive, negative) that the scores put in the right order,
 * ties counted half: the Mann–Whitney statistic by mid-ranks (Hanley and McNeil 1982).
 * @returns `null` where there is no positive or no negative
 */
export function areaUnderCurve(scores: Float32Array, positive: Uint8Array): number | null {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]! || a - b);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    let tied = 0;
    while (end < order.length && scores[order[end]!] === scores[order[start]!])
      tied += positive[order[end++]!]!;
    positives += tied;
    // Ranks start + 1 … end share their mean.
    rankSum += tied * ((start + 1 + end) / 2);
    start = end;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return null;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
