import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Importance } from '@holdfast/contracts/importance';
import type { Hint } from '@holdfast/contracts/leaderboard';
import type { ResolvedSearchSpec } from '@holdfast/contracts/search-spec';
import type { Subspace } from '@holdfast/contracts/space';

/** A hyperparameter explains less than this of the variance, alone and with all others, to be without effect. */
const smallShare = 0.1;
/** Where the trees tell less than this of it, what they leave out could be anything. */
const goodFit = 0.5;
const hintLimit = 2;

/**
 * `noEffect`: the score hardly depends on a hyperparameter, by fANOVA; `space` is the searched one with it fixed at the best
 * trial's value, so that the same number of trials looks more closely at the others. The least first.
 */
export function findNoEffect(
  { space, objective }: ResolvedSearchSpec,
  importance: Importance | null,
  best: Hyperparameters,
): Hint[] {
  if (importance === null || importance.fit === null || importance.fit < goodFit) return [];
  const shares = importance.items.map(({ hyperparameter, importance: alone }) => {
    const together = importance.pairs.filter(({ hyperparameters }) =>
      hyperparameters.includes(hyperparameter),
    );
    return { name: hyperparameter, share: together.reduce((sum, pair) => sum + pair.importance, alone) };
  });
  return shares
    .filter(({ name, share }) => share < smallShare && valueIn(name, best) !== undefined)
    .sort((a, b) => a.share - b.share)
    .slice(0, hintLimit)
    .map(({ name, share }): Hint => {
      const percent = share < 0.01 ? 'less than 1 %' : `${Math.round(100 * share)} %`;
      const fixed = Array.isArray(space) ? space.map((one) => fix(one, name, best)) : fix(space, name, best);
      return {
        code: 'noEffect',
        message: `${name} explains ${percent} of the differences in ${objective.metric}: fix it, and look more closely at the others.`,
        space: fixed as NonNullable<Hint['space']>,
      };
    });
}

function fix(subspace: Subspace, name: string, best: Hyperparameters): Subspace {
  if (subspace[name as keyof Subspace] === undefined) return subspace;
  return { ...subspace, [name]: valueIn(name, best) };
}

function valueIn(name: string, best: Hyperparameters): unknown {
  // These are lists themselves, and would be read as choices.
  if (name === 'hiddenLayers') return [best.hiddenLayers];
  if (name === 'augmentation') return [best.augmentation];
  if (name === 'layers') return best.hiddenLayers.length;
  if (name === 'units') return best.hiddenLayers[0];
  return best[name as keyof Hyperparameters];
}
