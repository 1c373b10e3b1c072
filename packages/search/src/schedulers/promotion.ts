/** A trial of a rung: `undefined` while its value is not known, `null` where it has none. Larger is better. */
export interface RungEntry {
  proposal: number;
  value: number | null | undefined;
}

/**
 * Which trials of a rung are promoted, and which can be no more. The `places` best are, ties to the lower number; one
 * without a value never. Both are told as soon as no result that is still to come can change them, and not before: so
 * neither depends on the order in which results arrive.
 * @param entries those that are known to be in the rung
 * @param expected how many there may come to be, themselves included
 */
export function decideRung(
  entries: readonly RungEntry[],
  places: number,
  expected: number,
): { promoted: number[]; dropped: number[] } {
  const known = entries.filter(({ value }) => value !== undefined);
  const ranked = known
    .filter((entry): entry is { proposal: number; value: number } => entry.value !== null)
    .sort((a, b) => b.value - a.value || a.proposal - b.proposal);
  const unknown = expected - known.length;
  return {
    promoted: ranked.slice(0, Math.max(0, places - unknown)).map(({ proposal }) => proposal),
    dropped: [
      ...ranked.slice(places).map(({ proposal }) => proposal),
      ...known.filter(({ value }) => value === null).map(({ proposal }) => proposal),
    ],
  };
}
