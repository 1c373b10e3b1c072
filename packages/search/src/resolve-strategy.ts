import type { PlacedMessage } from '@holdfast/contracts/json-pointer';
import type { SearchSpec, Strategy } from '@holdfast/contracts/search-spec';
import type { Space } from '@holdfast/contracts/space';
import { lastRung } from './schedulers/bracket.ts';
import { defaultHalvingTrials } from './schedulers/halving.ts';
import { defaultHyperbandTrials, fewestHyperbandTrials } from './schedulers/hyperband.ts';

type RungStrategy = Extract<Strategy, { kind: 'halving' | 'hyperband' }>;

/**
 * A strategy with the numbers filled in that follow from the space, and what is wrong with it. `space` has its defaults
 * filled in.
 */
export function resolveStrategy(
  spec: Pick<SearchSpec, 'earlyStopping' | 'limits'> & { strategy: Strategy; space: Space },
): { strategy: Strategy; errors: PlacedMessage[] } {
  const { strategy } = spec;
  if (strategy.kind === 'halving' || strategy.kind === 'hyperband') return resolveRungs(spec, strategy);
  return { strategy, errors: [] };
}

function resolveRungs(
  { space, earlyStopping, limits }: Pick<SearchSpec, 'earlyStopping' | 'limits'> & { space: Space },
  strategy: RungStrategy,
): { strategy: Strategy; errors: PlacedMessage[] } {
  const { kind } = strategy;
  const errors: PlacedMessage[] = [];
  const report = (pointer: string, message: string) => errors.push({ pointer, message });
  if (earlyStopping !== null) {
    report(
      '/earlyStopping',
      `${kind} stops trials by their epochs. Leave earlyStopping out, or take another strategy.`,
    );
  }
  errors.push(...refuseTarget(kind, limits));
  const epochs = oneNumber(space, report);
  if (epochs === null || errors.length > 0) return { strategy, errors };
  return fillRungs(strategy, epochs);
}

/**
 * Halving or hyperband with its number of trials filled in.
 * @param epochs the most that a trial gets: of whatever is shared out, epochs unless it is called otherwise
 */
export function fillRungs(
  strategy: RungStrategy,
  epochs: number,
  called = 'epochs',
): { strategy: RungStrategy; errors: PlacedMessage[] } {
  const { kind, minEpochs, reductionFactor } = strategy;
  const errors: PlacedMessage[] = [];
  const report = (pointer: string, message: string) => errors.push({ pointer, message });
  const resource = { epochs, minEpochs, reductionFactor };
  if (lastRung(resource) === 0) {
    report(
      '/strategy/minEpochs',
      `${epochs} ${called} leave one rung alone: a second needs minEpochs · reductionFactor = ${minEpochs * reductionFactor}. Raise ${called}, or lower minEpochs or reductionFactor.`,
    );
    return { strategy, errors };
  }
  const fewest = kind === 'halving' ? reductionFactor : fewestHyperbandTrials(resource);
  const trials =
    strategy.trials ??
    (kind === 'halving' ? defaultHalvingTrials(resource) : defaultHyperbandTrials(resource));
  if (trials < fewest) {
    const why =
      kind === 'halving'
        ? `of fewer than ${reductionFactor} none could be left behind`
        : `each of its ${fewest} brackets needs one`;
    report(
      '/strategy/trials',
      `${trials} trials are too few for ${kind}: ${why}. Ask for ${fewest} or more.`,
    );
  }
  return { strategy: { ...strategy, trials }, errors };
}

/** The rungs of halving and hyperband are laid out for all of their trials. */
export function refuseTarget(
  kind: RungStrategy['kind'],
  { targetScore }: SearchSpec['limits'],
): PlacedMessage[] {
  if (targetScore === null) return [];
  const message = `The rungs of ${kind} are laid out for all of its trials: it cannot end at a score. Leave targetScore out, or take another strategy.`;
  return [{ pointer: '/limits/targetScore', message }];
}

/** Promotion compares trials with equal epochs, so that `epochs` must be one number in all of the space. */
function oneNumber(space: Space, report: (pointer: string, message: string) => void): number | null {
  const message =
    'Halving and hyperband share out the epochs themselves: write one number, the most that a trial gets.';
  if (!Array.isArray(space)) {
    const [only, ...others] = [space.epochs].flat();
    if (typeof only === 'number' && others.length === 0) return only;
    report('/space/epochs', message);
    return null;
  }
  const first = [space[0]!.epochs].flat()[0];
  for (const [index, { epochs }] of space.entries()) {
    const [only, ...others] = [epochs].flat();
    if (typeof only === 'number' && others.length === 0 && only === first) continue;
    report(`/space/${index}/epochs`, `${message} It is the same in every space of a union.`);
    return null;
  }
  return first as number;
}
