import type { Optimizer } from '@holdfast/contracts/hyperparameters';
import type { Space } from '@holdfast/contracts/space';
import { applies, type TrialContext } from './applicability.ts';
import { type Dimension, type DimensionName, type FreeSpaces, spacesOf } from './dimensions.ts';
import { countGridValues, gridValues } from './grid-values.ts';

/** Counted apart, since they decide which others apply. */
const deciding: ReadonlySet<string> = new Set([
  'hiddenLayers',
  'layers',
  'units',
  'optimizer',
  'regularizeOutput',
]);

/**
 * The number of distinct grid points of one space with its defaults filled in, without making them: exact, of any size.
 * @throws RangeError for a range without `points`.
 */
function countSpace(dimensions: readonly Dimension[]): bigint {
  if (dimensions.every(({ free }) => free === true)) {
    return dimensions.reduce((product, dimension) => product * BigInt(countGridValues(dimension)), 1n);
  }
  const values = (name: DimensionName) => {
    const dimension = dimensions.find((candidate) => candidate.name === name);
    return dimension ? gridValues(dimension) : [];
  };
  const factors = dimensions
    .filter(({ name }) => !deciding.has(name))
    .map((dimension) => ({ name: dimension.name, count: BigInt(countGridValues(dimension)) }));
  const networks = countNetworks(values);

  let total = 0n;
  for (const depth of [0, 1]) {
    for (const optimizer of values('optimizer') as Optimizer[]) {
      for (const regularizeOutput of values('regularizeOutput') as boolean[]) {
        const context: TrialContext = { optimizer, depth, regularizeOutput };
        let product = depth === 0 ? networks.empty : networks.deep;
        for (const { name, count } of factors) if (applies(name, context)) product *= count;
        total += product;
      }
    }
  }
  return total;
}

/**
 * The sum of the counts of a union's spaces, or the count of the one space. Exact unless spaces of a union share
 * points, which `expandGrid` makes once: then it is an upper bound.
 */
export function countGrid(space: Space | FreeSpaces): bigint {
  return spacesOf(space).reduce((sum, dimensions) => sum + countSpace(dimensions), 0n);
}

function countNetworks(values: (name: DimensionName) => unknown[]): { empty: bigint; deep: bigint } {
  const networks = values('hiddenLayers') as number[][];
  const layers = values('layers') as number[];
  const deepNetworks = networks.filter((network) => network.length > 0).length;
  const deepLayers = layers.filter((count) => count > 0).length;
  return {
    empty: BigInt(networks.length - deepNetworks + (layers.length - deepLayers)),
    deep: BigInt(deepNetworks) + BigInt(deepLayers) * BigInt(values('units').length),
  };
}
