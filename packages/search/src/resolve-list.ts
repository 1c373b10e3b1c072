import type { Warning } from '@holdfast/contracts/dataset';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { type PlacedMessage, toJsonPointer } from '@holdfast/contracts/json-pointer';
import type { NamedTrial } from '@holdfast/contracts/search-spec';
import type { Space, Subspace } from '@holdfast/contracts/space';
import { applies } from './space/applicability.ts';
import { type Assignment, assembleTrial, contextOf, hyperparameterNames } from './space/assemble-trial.ts';
import { choicesOf, type DimensionName, isRange, type NetworkValue } from './space/dimensions.ts';
import { defaultLearningRate, fixedDefaults } from './space/fill-defaults.ts';

const defaultNetwork = [64];

/**
 * The trials that a list names, complete. What a trial does not name comes from the space where that fixes it, else
 * from the defaults; those that a space varies by default are the middle of what it would try: `hiddenLayers` is `[64]`,
 * `learningRate` 0.01, or 0.1 for sgd and adagrad. It is an error to leave out what the space, as sent, varies.
 */
export function resolveList(
  named: readonly NamedTrial[],
  space: Space | undefined,
): { trials: Hyperparameters[]; warnings: Warning[] } | { errors: PlacedMessage[] } {
  if (Array.isArray(space)) {
    const message =
      'A list of trials has one space, which gives the values that the trials do not name. Write one space.';
    return { errors: [{ pointer: '/space', message }] };
  }
  const errors: PlacedMessage[] = [];
  const ignored = new Map<string, number[]>();
  const trials = named.map((trial, index) => {
    const report = (path: readonly string[], message: string) =>
      errors.push({ pointer: toJsonPointer(['strategy', 'trials', index, ...path]), message });
    const assignment = complete(trial, space ?? {}, (message) => report([], message));
    checkNamed(trial, assignment, report);
    for (const name of Object.keys(trial) as (keyof NamedTrial)[]) {
      if (applies(name, contextOf(assignment)) || isNeutral(name, trial[name])) continue;
      ignored.set(name, [...(ignored.get(name) ?? []), index]);
    }
    return assembleTrial(assignment);
  });
  if (errors.length > 0) return { errors };
  const warnings = [...ignored].map(([name, indices]) => ({
    code: 'doesNotApply',
    message: `${name} has no effect in trial ${indices.slice(0, 5).join(', ')}${indices.length > 5 ? ' …' : ''} of the list and is left out there.`,
  }));
  return { trials, warnings };
}

function isNeutral(name: string, value: unknown): boolean {
  return value === 0 && (name === 'dropout' || name === 'l1' || name === 'l2');
}

function complete(trial: NamedTrial, space: Subspace, report: (message: string) => void): Assignment {
  const assignment: Assignment = {};
  const missing = (name: DimensionName) =>
    report(`The space varies ${name}, and this trial does not name it. Add it here, or fix it in the space.`);
  for (const name of ['optimizer', ...hyperparameterNames] as DimensionName[]) {
    if (name in assignment) continue;
    const value = trial[name as keyof NamedTrial];
    if (value !== undefined) {
      assignment[name] = value;
      continue;
    }
    if (name === 'decay' && trial.finalLearningRate !== undefined) continue;
    if (name === 'finalLearningRate' && trial.decay !== undefined) continue;
    if (name === 'hiddenLayers' && space.units !== undefined) {
      const units = fixedIn(space, 'units', missing);
      const layers = fixedIn({ layers: 1, ...space }, 'layers', missing);
      assignment[name] = Array<number>((layers as number) ?? 1).fill((units as number) ?? 1);
      continue;
    }
    const fixed = space[name] === undefined ? undefined : fixedIn(space, name, missing);
    const chosen = fixed ?? fallback(name, assignment, space);
    if (chosen !== undefined) assignment[name] = chosen;
  }
  return assignment;
}

function fixedIn(
  space: Subspace,
  name: DimensionName,
  missing: (name: DimensionName) => void,
): NetworkValue | undefined {
  const choices = choicesOf(space[name]!);
  const only = choices[0]!;
  if (choices.length === 1 && !isRange(only)) return only;
  missing(name);
  return undefined;
}

function fallback(name: DimensionName, assignment: Assignment, space: Subspace): NetworkValue | undefined {
  if (name === 'hiddenLayers') return [...defaultNetwork];
  if (name === 'learningRate') {
    return defaultLearningRate(contextOf({ hiddenLayers: [], ...assignment }).optimizer).max / 10;
  }
  if (name === 'decay' && space.finalLearningRate !== undefined) return undefined;
  return name in fixedDefaults ? fixedDefaults[name as keyof typeof fixedDefaults] : undefined;
}

function checkNamed(
  trial: NamedTrial,
  assignment: Assignment,
  report: (path: readonly string[], message: string) => void,
): void {
  if (trial.decay !== undefined && trial.finalLearningRate !== undefined) {
    report(['finalLearningRate'], 'finalLearningRate sets the decay. Remove it or decay.');
  }
  for (const name of ['l1', 'l2'] as const) {
    const both = assignment[`${name}Weights`] !== undefined && assignment[`${name}Biases`] !== undefined;
    if (both && trial[name] !== undefined && trial[name] !== 0) {
      report(
        [name],
        `${name}Weights and ${name}Biases leave nothing for ${name} to say. Remove it or one of them.`,
      );
    }
  }
  const { dropout } = assignment;
  const { depth } = contextOf(assignment);
  if (
    typeof dropout === 'object' &&
    'perLayer' in dropout &&
    depth > 0 &&
    dropout.perLayer.length !== depth
  ) {
    const message = `${dropout.perLayer.length} shares for a network of ${depth} hidden layer${depth === 1 ? '' : 's'}. Give one share for each hidden layer, or one number for all.`;
    report(trial.dropout === undefined ? ['hiddenLayers'] : ['dropout', 'perLayer'], message);
  }
}
