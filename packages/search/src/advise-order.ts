import type { Warning } from '@holdfast/contracts/dataset';
import type { ResolvedSearchSpec } from '@holdfast/contracts/search-spec';
import type { Subspace } from '@holdfast/contracts/space';
import { choicesOf, isRange } from './space/dimensions.ts';
import { optimizersOf } from './space/fill-defaults.ts';

/** More weights than so many for each row can learn any rows by heart. */
const weightsPerRow = 10;
const longSeconds = 3600;

/**
 * What a dry run says where a search leaves the order in which the field recommends to try things: Adam first, the smallest
 * network that learns, L2 before L1, minutes before hours. Advice alone: nothing is changed. See docs/how-to.md.
 * @param input.weightCounts of the trials that are known
 */
export function adviseOrder(input: {
  spec: ResolvedSearchSpec;
  trainRows: number;
  weightCounts: readonly number[];
  estimatedSeconds: number;
}): Warning[] {
  const { spec, trainRows, weightCounts, estimatedSeconds } = input;
  const { strategy } = spec;
  const subspaces: Subspace[] =
    strategy.kind === 'list'
      ? strategy.trials.map(({ hiddenLayers, augmentation: _, ...others }) => ({
          ...others,
          hiddenLayers: [hiddenLayers ?? []],
        }))
      : [spec.space].flat();
  const warnings: Warning[] = [];
  const warn = (code: string, message: string) => warnings.push({ code, message });

  if (!subspaces.some((subspace) => optimizersOf(subspace).includes('adam'))) {
    warn(
      'adamFirst',
      'Adam is not among the optimizers. It needs the least tuning: try it first, and the others once you know what it reaches.',
    );
  }
  const smallest = weightCounts.reduce((least, count) => Math.min(least, count), Number.POSITIVE_INFINITY);
  if (Number.isFinite(smallest) && smallest > weightsPerRow * trainRows) {
    warn(
      'smallFirst',
      `The smallest network has ${inWords(smallest)} weights for ${inWords(trainRows)} rows. Begin with the smallest that learns, one layer of 32 or 64 units, and enlarge it while the training score is poor.`,
    );
  }
  if (subspaces.some(penalisesByL1Alone)) {
    warn(
      'l1Alone',
      'L1 is tried without L2 and without dropout. It rarely helps alone: try L2 and dropout first.',
    );
  }
  const isCut =
    strategy.kind === 'halving' || strategy.kind === 'hyperband' || spec.limits.maxSeconds !== null;
  if (estimatedSeconds > longSeconds && !isCut && spec.race.kind === 'none') {
    warn(
      'minutesFirst',
      `It takes about ${(estimatedSeconds / 3600).toFixed(1)} hours. Look for minutes before you look for hours: fewer epochs and trials first, or "strategy": { "kind": "hyperband" }, or a race, which stop what cannot win.`,
    );
  }
  return warnings;
}

function penalisesByL1Alone(subspace: Subspace): boolean {
  const isUsed = (names: readonly (keyof Subspace)[]) =>
    names.some((name) => {
      const given = subspace[name];
      return given !== undefined && choicesOf(given).some((choice) => isRange(choice) || choice !== 0);
    });
  return (
    isUsed(['l1', 'l1Weights', 'l1Biases']) &&
    !isUsed(['l2', 'l2Weights', 'l2Biases']) &&
    !isUsed(['dropout'])
  );
}

function inWords(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
