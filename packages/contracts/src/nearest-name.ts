/** The name most like the one that was written, where one is like it: by Levenshtein's distance, case aside. */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  const wanted = fold(written);
  let nearest: string | undefined;
  let best = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    const candidate = fold(name);
    if (Math.abs(candidate.length - wanted.length) >= best) continue;
    const distance = levenshtein(wanted, candidate);
    if (distance < best && distance < candidate.length) {
      best = distance;
      nearest = name;
    }
  }
  return nearest;
}

/** Long names are compared by their beginnings: a header may hold megabytes. */
function fold(name: string): string {
  return name.trim().toLowerCase().slice(0, 100);
}

function levenshtein(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(previous[j]! + 1, current[j - 1]! + 1, substitution));
    }
    previous = current;
  }
  return previous[b.length]!;
}
