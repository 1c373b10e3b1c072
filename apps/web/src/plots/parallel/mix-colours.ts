/** A colour between those of a scale, which are `#rrggbb`; `share` from 0 to 1. */
export function mixColours(scale: readonly string[], share: number): string {
  const place = Math.min(1, Math.max(0, share)) * (scale.length - 1);
  const lower = Math.min(scale.length - 2, Math.floor(place));
  const [from, to] = [channels(scale[lower]), channels(scale[lower + 1])];
  const mixed = from.map((channel, n) => Math.round(channel + ((to[n] ?? 0) - channel) * (place - lower)));
  return `rgb(${mixed.join(' ')})`;
}

function channels(colour = '#000000'): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
