import type { Warning } from '@holdfast/contracts/dataset';
import type { PlacedMessage } from '@holdfast/contracts/json-pointer';
import { directionOf, metricsOf } from '@holdfast/contracts/metrics';
import type { ResolvedSearchSpec, SearchSpec, Strategy } from '@holdfast/contracts/search-spec';
import type { Space } from '@holdfast/contracts/space';
import { checkSpace } from './check-space.ts';
import type { DatasetFacts } from './dataset-facts.ts';
import { foldRunsPerTrial, resolveCrossValidation } from './resolve-cross-validation.ts';
import { resolveList } from './resolve-list.ts';
import { resolveStrategy } from './resolve-strategy.ts';
import { applies } from './space/applicability.ts';
import { choicesOf, dimensionOrder, isRange } from './space/dimensions.ts';
import { fillDefaults, optimizersOf } from './space/fill-defaults.ts';

/** Of the contract. */
const nameLimit = 200;

export type Resolution = { spec: ResolvedSearchSpec; warnings: Warning[] } | { errors: PlacedMessage[] };

/**
 * A spec with every default and derived seed filled in for a data set, or all that is wrong with it: pointers go into
 * the spec as it was sent. A resolved spec resolves to itself. `dataset` becomes the data set's id.
 */
export function resolveSpec(spec: SearchSpec, dataset: DatasetFacts): Resolution {
  const errors: PlacedMessage[] = [];
  const warnings: Warning[] = [];
  const sent = spec.strategy ?? defaultStrategy(spec.space);

  if (spec.space !== undefined) errors.push(...checkSpace(spec.space, sent.kind));
  warnings.push(...inapplicable(spec.space));
  const space = fillDefaults(spec.space);

  let strategy = sent;
  if (sent.kind === 'list') {
    const list = resolveList(sent.trials, spec.space);
    if ('errors' in list) errors.push(...list.errors);
    else {
      strategy = { kind: 'list', trials: list.trials };
      warnings.push(...list.warnings);
    }
  }

  const schedule = resolveStrategy({ ...spec, strategy, space });
  errors.push(...schedule.errors);
  strategy = schedule.strategy;

  const { crossValidation, ...division } = resolveCrossValidation(spec, dataset);
  errors.push(...division.errors);
  warnings.push(...division.warnings);

  if (crossValidation.outer !== undefined) errors.push(...unfitForNesting(spec));

  if (spec.race.kind !== 'none' && foldRunsPerTrial(crossValidation) === 1) {
    const message =
      'A race stops trials between folds, and there is one fold alone: nothing will be stopped.';
    warnings.push({ code: 'nothingToRace', message });
  }

  const objective = spec.objective ?? { metric: dataset.task === 'regression' ? 'mse' : 'accuracy' };
  const allowed = metricsOf(dataset.task);
  if (!allowed.includes(objective.metric)) {
    const message = `${objective.metric} is no metric of ${dataset.task}. Use one of ${allowed.join(', ')}.`;
    errors.push({ pointer: '/objective/metric', message });
  }
  if (dataset.task === 'regression') errors.push(...balancedWeights(spec));
  const { targetScore } = spec.limits;
  if (targetScore !== null && targetScore > 1 && directionOf(objective.metric) === 'maximize') {
    const message = `No ${objective.metric} is above 1: ${targetScore} would never be reached. Lower it.`;
    errors.push({ pointer: '/limits/targetScore', message });
  }
  if (spec.earlyStopping && Math.floor(dataset.trainRows * spec.earlyStopping.fraction) < 1) {
    const message = `${spec.earlyStopping.fraction} of the training rows is less than one row to decide by. Raise it.`;
    errors.push({ pointer: '/earlyStopping/fraction', message });
  }
  if (errors.length > 0) return { errors };
  const name = spec.name ?? defaultName(strategy.kind, dataset.name ?? spec.dataset);
  return {
    spec: { ...spec, name, dataset: dataset.id, space, strategy, crossValidation, objective },
    warnings,
  };
}

function defaultName(strategy: Strategy['kind'], dataset: string): string {
  const name = `${strategy} search on ${dataset}`;
  // Cut in the middle of a name it could end in half a character.
  return name.length > nameLimit ? `${strategy} search` : name;
}

/**
 * `random` with 20 trials where the space gives nothing or a range without points, else `grid`: then all is fixed, a
 * choice, or has points.
 */
function defaultStrategy(space: Space | undefined): Strategy {
  const subspaces = space === undefined ? [] : Array.isArray(space) ? space : [space];
  const given = subspaces.flatMap((subspace) =>
    Object.values(subspace).filter((value) => value !== undefined),
  );
  const isGrid =
    given.length > 0 &&
    !given.flatMap(choicesOf).some((choice) => isRange(choice) && choice.points === undefined);
  return isGrid ? { kind: 'grid' } : { kind: 'random', trials: 20 };
}

function inapplicable(space: Space | undefined): Warning[] {
  const subspaces = space === undefined ? [] : Array.isArray(space) ? space : [space];
  return subspaces.flatMap((subspace) => {
    const optimizers = optimizersOf(subspace);
    const names = dimensionOrder.filter(
      (name) =>
        subspace[name] !== undefined &&
        !optimizers.some((optimizer) => applies(name, { optimizer, depth: 1, regularizeOutput: true })),
    );
    return names.map((name) => ({
      code: 'doesNotApply',
      message: `${name} has no effect with ${optimizers.join(' or ')}: it leaves the trials and makes no grid points.`,
    }));
  });
}

/** What would let the outer folds in, or chance decide. */
function unfitForNesting({ strategy, limits }: SearchSpec): PlacedMessage[] {
  const errors: PlacedMessage[] = [];
  if (strategy?.kind === 'tpe' && strategy.warmStart.length > 0) {
    const message =
      'The earlier searches have seen the rows of the outer folds, so that these could score nothing. Leave warmStart out, or crossValidation.outer.';
    errors.push({ pointer: '/strategy/warmStart', message });
  }
  if (limits.maxSeconds !== null) {
    const message =
      'A limit of seconds would cut each inner search at another place. Limit the trials instead, or leave crossValidation.outer out.';
    errors.push({ pointer: '/limits/maxSeconds', message });
  }
  return errors;
}

function balancedWeights({ space, strategy }: SearchSpec): PlacedMessage[] {
  const message = 'Regression has no classes to balance. Use "none", or leave classWeights out.';
  const isBalanced = ({ classWeights }: { classWeights?: unknown }) =>
    [classWeights].flat().includes('balanced');
  const inSpace = Array.isArray(space)
    ? space.flatMap((subspace, index) => (isBalanced(subspace) ? `/space/${index}/classWeights` : []))
    : space && isBalanced(space)
      ? ['/space/classWeights']
      : [];
  const named = strategy?.kind === 'list' ? strategy.trials : [];
  const inList = named.flatMap((trial, index) =>
    isBalanced(trial) ? `/strategy/trials/${index}/classWeights` : [],
  );
  return [...inSpace, ...inList].map((pointer) => ({ pointer, message }));
}
