import type { Warning } from '@holdfast/contracts/dataset';
import type { ExternalSpec, ResolvedExternalSpec } from '@holdfast/contracts/external-spec';
import type { FreeParams, FreeSpace } from '@holdfast/contracts/free-space';
import { type PlacedMessage, toJsonPointer } from '@holdfast/contracts/json-pointer';
import { type Direction, directionOf, isMetric } from '@holdfast/contracts/metrics';
import { checkFreeSpace } from './check-free-space.ts';
import type { DatasetFacts } from './dataset-facts.ts';
import { foldRunsPerTrial, resolveCrossValidation } from './resolve-cross-validation.ts';
import { fillRungs, refuseTarget } from './resolve-strategy.ts';
import { isVaried, spacesOf } from './space/dimensions.ts';

type Strategy = ResolvedExternalSpec['strategy'];

export type ExternalResolution =
  | { spec: ResolvedExternalSpec; warnings: Warning[] }
  | { errors: PlacedMessage[] };

/**
 * The spec of an external search with every default and derived seed filled in, or all that is wrong with it. A resolved
 * spec resolves to itself.
 *
 * @param dataset the stored data set that the spec names
 */
export function resolveExternalSpec(spec: ExternalSpec, dataset?: DatasetFacts): ExternalResolution {
  const errors: PlacedMessage[] = [];
  const sent = spec.strategy ?? defaultStrategy(spec.space);
  errors.push(...checkFreeSpace(spec.space, sent.kind));
  const strategy = resolveStrategy(spec, sent, errors);
  const direction = directionOfObjective(spec.objective, errors);

  const rows = rowsOf(spec, dataset, errors);
  errors.push(...refuseWhatNeedsData(spec, dataset));
  const division = dataset
    ? resolveCrossValidation(spec, dataset)
    : resolveCrossValidation({ ...spec, allowLeak: true }, factsOf(rows));
  // What the rows are, their owner knows: that they are in order, say.
  if (errors.length === 0) errors.push(...(dataset ? division.errors : division.errors.map(placeAtRows)));
  if (errors.length > 0 || direction === undefined) return { errors };

  const { crossValidation } = division;
  const warnings: Warning[] = dataset ? [...division.warnings] : [];
  if (spec.race.kind !== 'none' && foldRunsPerTrial(crossValidation) === 1) {
    const message =
      'A race stops trials between folds, and there is one fold alone: nothing will be stopped.';
    warnings.push({ code: 'nothingToRace', message });
  }
  return {
    spec: {
      ...spec,
      rows,
      ...(dataset && { dataset: dataset.id }),
      name:
        spec.name ??
        `${strategy.kind} search of an external trainer${dataset?.name ? ` on ${dataset.name}` : ''}`,
      strategy,
      crossValidation,
      objective: { ...spec.objective, direction },
    },
    warnings,
  };
}

/** `grid` where all is fixed, a choice, or has points; else `random` with 20 trials. */
function defaultStrategy(space: FreeSpace): Strategy {
  const open = spacesOf({ free: space })
    .flat()
    .flatMap(({ alternatives }) => alternatives)
    .some((alternative) => alternative.kind === 'range' && alternative.range.points === undefined);
  return open ? { kind: 'random', trials: 20 } : { kind: 'grid' };
}

function resolveStrategy(spec: ExternalSpec, sent: Strategy, errors: PlacedMessage[]): Strategy {
  if (sent.kind === 'list') return { kind: 'list', trials: completeList(sent.trials, spec.space, errors) };
  if (sent.kind !== 'halving' && sent.kind !== 'hyperband') return sent;
  errors.push(...refuseTarget(sent.kind, spec.limits));
  if (spec.resource === null) {
    const message = `${sent.kind} shares out a resource: add "resource": { "name": "epochs", "max": 81 }, or what it is that your trainer can have less of.`;
    errors.push({ pointer: '/resource', message });
    return sent;
  }
  const rungs = fillRungs(sent, spec.resource.max, spec.resource.name);
  errors.push(...rungs.errors);
  return rungs.strategy;
}

/** The trials of a list, with what the space fixes. It is an error to leave out what the space varies. */
function completeList(named: readonly FreeParams[], space: FreeSpace, errors: PlacedMessage[]): FreeParams[] {
  if (Array.isArray(space)) {
    const message =
      'A list of trials has one space, which gives the values that the trials do not name. Write one space.';
    errors.push({ pointer: '/space', message });
    return [...named];
  }
  return named.map((trial, index) => {
    const completed = completeParams(trial, space);
    for (const name of completed.missing) {
      const message = `The space varies ${name}, and this trial does not name it. Add it here, or fix it in the space.`;
      errors.push({ pointer: toJsonPointer(['strategy', 'trials', index]), message });
    }
    return completed.params;
  });
}

/** A trial that somebody names, with what one space fixes; of a union, as it is. `missing`: what the space varies and it has not. */
export function completeParams(
  named: FreeParams,
  space: FreeSpace,
): { params: FreeParams; missing: string[] } {
  if (Array.isArray(space)) return { params: named, missing: [] };
  const params: FreeParams = {};
  const missing: string[] = [];
  for (const dimension of spacesOf({ free: space })[0]!) {
    const { name, alternatives } = dimension;
    const given = named[name];
    const [only] = alternatives;
    if (given !== undefined) params[name] = given;
    else if (isVaried(dimension) || only?.kind !== 'value') missing.push(name);
    else params[name] = only.value as FreeParams[string];
  }
  return { params: { ...params, ...named }, missing };
}

function directionOfObjective(
  { metric, direction }: ExternalSpec['objective'],
  errors: PlacedMessage[],
): Direction | undefined {
  const known = isMetric(metric) ? directionOf(metric) : undefined;
  if (direction === undefined && known === undefined) {
    const message = `Holdfast does not know ${JSON.stringify(metric)}: say whether to "minimize" or to "maximize" it.`;
    errors.push({ pointer: '/objective/direction', message });
  } else if (direction !== undefined && known !== undefined && direction !== known) {
    const message = `To ${direction} ${metric} would look for the worst. Leave direction out, or call your metric otherwise.`;
    errors.push({ pointer: '/objective/direction', message });
  }
  return direction ?? known;
}

const needsData: ReadonlySet<string> = new Set(['stratified', 'grouped', 'stratifiedGrouped']);

/** How many rows there are; 2 beside an error. */
function rowsOf({ rows }: ExternalSpec, dataset: DatasetFacts | undefined, errors: PlacedMessage[]): number {
  const found = dataset?.trainRows ?? rows;
  if (found === undefined) {
    const message =
      'Say how many rows your trainer has, as "rows": 506; or name a data set that is stored here by "dataset".';
    errors.push({ pointer: '/rows', message });
  } else if (rows !== undefined && rows !== found) {
    const message = `The data set has ${found} training rows. Leave rows out.`;
    errors.push({ pointer: '/rows', message });
  }
  return found ?? 2;
}

function refuseWhatNeedsData(
  { crossValidation, strategy }: ExternalSpec,
  dataset: DatasetFacts | undefined,
): PlacedMessage[] {
  const errors: PlacedMessage[] = [];
  if (dataset === undefined && crossValidation !== undefined && needsData.has(crossValidation.kind)) {
    const message = `Holdfast does not see these rows, neither their classes nor their groups: use plain, blocked or holdout, or store the data and name them by "dataset" in place of rows.`;
    errors.push({ pointer: '/crossValidation/kind', message });
  }
  if (crossValidation?.outer !== undefined) {
    const message = 'A trainer of your own is not nested. Leave outer out.';
    errors.push({ pointer: '/crossValidation/outer', message });
  }
  if (strategy?.kind === 'tpe' && strategy.warmStart.length > 0) {
    const message =
      'Whether an earlier search had the same rows is not known here. Leave warmStart out, or add its trials by a list.';
    errors.push({ pointer: '/strategy/warmStart', message });
  }
  return errors;
}

function factsOf(rows: number): DatasetFacts {
  return { id: '', task: 'regression', trainRows: rows, rowsPerClass: {}, group: false, time: false };
}

function placeAtRows({ pointer, message }: PlacedMessage): PlacedMessage {
  return { pointer: pointer === '/dataset' ? '/rows' : pointer, message };
}
