import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { shuffle } from '@holdfast/numeric/shuffle';
import { createStream } from '@holdfast/numeric/stream';

/** What the bootstrap draws, one by one, with replacement. */
export interface ResamplingUnits {
  /** `rows`; `groups` where rows belong together; `blocks` of consecutive rows where their order is time. */
  kind: 'rows' | 'groups' | 'blocks';
  count: number;
  /** The unit of each training row, −1 for rows that no fold validates. */
  ofRow: Int32Array;
}

/** More units than so many make the bootstrap slower and hardly better. */
const mostUnits = 2048;

/**
 * The units that a bootstrap over validated rows draws. Rows of one group stand or fall together, so whole groups are
 * drawn; rows in time resemble their neighbours, so blocks of n^⅓ consecutive ones are (the length of Künsch, "The
 * jackknife and the bootstrap for general stationary observations", Annals of Statistics 17 (1989), order of §3.2).
 *
 * Beyond 2,048, units are dealt at random into 2,048 bundles of nearly one size, and bundles are drawn: their means
 * vary by the same variance over n, estimated from 2,047 differences in the place of n − 1.
 * @param input.validated by training row: whether some fold validates it
 * @param input.groups a code for each training row
 * @param input.ordered whether rows stand in time order and folds are blocks of it
 */
export function assignUnits(input: {
  validated: Uint8Array;
  groups: Int32Array | null;
  ordered: boolean;
  searchSeed: number;
}): ResamplingUnits {
  const { validated, groups, ordered, searchSeed } = input;
  const ofRow = new Int32Array(validated.length).fill(-1);
  const rows = validated.reduce((sum, flag) => sum + flag, 0);
  const length = ordered ? Math.max(blockLength(rows), Math.ceil(rows / mostUnits)) : 1;
  const numberOfGroup = new Map<number, number>();
  let seen = 0;
  for (let row = 0; row < validated.length; row++) {
    if (validated[row] === 0) continue;
    if (groups) {
      const group = groups[row]!;
      if (!numberOfGroup.has(group)) numberOfGroup.set(group, numberOfGroup.size);
      ofRow[row] = numberOfGroup.get(group)!;
    } else ofRow[row] = Math.floor(seen / length);
    seen += 1;
  }
  const kind = groups ? 'groups' : ordered ? 'blocks' : 'rows';
  const count = groups ? numberOfGroup.size : Math.ceil(rows / length);
  if (count <= mostUnits) return { kind, count, ofRow };

  const order = shuffle(
    Int32Array.from({ length: count }, (_, unit) => unit),
    createStream(deriveSeed(searchSeed, 'bundles'), 'bootstrap'),
  );
  const bundleOf = new Int32Array(count);
  order.forEach((unit, place) => {
    bundleOf[unit] = place % mostUnits;
  });
  return { kind, count: mostUnits, ofRow: ofRow.map((unit) => (unit < 0 ? -1 : bundleOf[unit]!)) };
}

/** The cube root, rounded up. */
function blockLength(rows: number): number {
  let length = 1;
  while (length * length * length < rows) length += 1;
  return length;
}
