import { canonicalJson } from '@holdfast/contracts/canonical-json';
import { type PlacedMessage, toJsonPointer } from '@holdfast/contracts/json-pointer';
import type { Range, Space, Subspace } from '@holdfast/contracts/space';
import {
  choicesOf,
  dimensionOrder,
  type FreeSpaces,
  isRange,
  spacesOf,
  type Value,
} from './space/dimensions.ts';
import { describeLimits, type FieldLimits, fieldLimits, isWithinLimits } from './space/field-limits.ts';
import { pointsFallTogether } from './space/range-values.ts';

export type Path = readonly (string | number)[];
export type Report = (path: Path, message: string) => void;

/** Of all ranges of a space together; a grid of more could not be run anyway, and would be slow to count. */
const pointLimit = 1_000_000;

/**
 * What a schema cannot say of a space: ranges that are empty or leave their field's limits, fractions where whole
 * numbers belong, choices given twice, hyperparameters that exclude each other, and, for a grid, ranges without points.
 * Takes the space as it was sent; pointers start at `/space`. Empty when all is well.
 */
export function checkSpace(space: Space, strategy: string): PlacedMessage[] {
  const errors: PlacedMessage[] = [];
  const report: Report = (path, message) => errors.push({ pointer: toJsonPointer(path), message });
  if (Array.isArray(space)) {
    for (const [index, subspace] of space.entries())
      checkSubspace(subspace, ['space', index], strategy, report);
  } else {
    checkSubspace(space, ['space'], strategy, report);
  }
  checkPoints(space, report);
  return errors;
}

/** All points of a space's ranges together. */
export function checkPoints(space: Space | FreeSpaces, report: Report): void {
  let points = 0;
  for (const { alternatives } of spacesOf(space).flat()) {
    for (const alternative of alternatives) {
      if (alternative.kind === 'range') points += alternative.range.points ?? 0;
    }
  }
  if (points <= pointLimit) return;
  report(
    ['space'],
    `The ranges have ${points} points together, at most ${pointLimit} are allowed. Lower points.`,
  );
}

function checkSubspace(subspace: Subspace, path: Path, strategy: string, report: Report): void {
  for (const name of dimensionOrder) {
    const given = subspace[name];
    if (given === undefined) continue;
    const isList = Array.isArray(given);
    const choices = choicesOf(given);
    const limits = fieldLimits[name];
    for (const [index, choice] of choices.entries()) {
      const place = isList ? [...path, name, index] : [...path, name];
      if (isRange(choice)) checkRange(choice, name, limits, place, strategy, report);
      else if (typeof choice === 'number' && limits && !isWithinLimits(choice, limits)) {
        report(place, `${name} must be ${describeLimits(limits)}, not ${choice}.`);
      }
    }
    checkDuplicates(choices, [...path, name], report);
  }
  checkConflicts(subspace, path, report);
  checkPerLayer(subspace, path, report);
}

/** @param limits of a hyperparameter of networks; a free one has none */
export function checkRange(
  range: Range,
  name: string,
  limits: FieldLimits | undefined,
  path: Path,
  strategy: string,
  report: Report,
): void {
  const { min, max, scale, points } = range;
  const integer = range.integer === true || limits?.integer === true;
  let sound = true;
  const wrong: Report = (place, message) => {
    sound = false;
    report(place, message);
  };
  if (min >= max) {
    wrong(
      [...path, 'min'],
      `min (${min}) must be below max (${max}). Swap them, or write the one value itself.`,
    );
  }
  for (const end of ['min', 'max'] as const) {
    if (limits && !isWithinLimits(range[end], limits)) {
      wrong([...path, end], `${name} must be ${describeLimits(limits)}, not ${range[end]}.`);
    } else if (integer && !Number.isInteger(range[end])) {
      wrong([...path, end], `An integer range ends at whole numbers, not at ${range[end]}.`);
    }
  }
  if (scale === 'log' && min <= 0) {
    const zero = `[0, { "min": 1e-6, "max": ${max > 1e-6 ? max : 1}, "scale": "log" }]`;
    wrong(
      [...path, 'min'],
      `On a log scale min must be above 0, not ${min}. Raise it, use "scale": "linear", or for zero or a range write ${zero}.`,
    );
  }
  if (strategy === 'grid' && points === undefined) {
    wrong(
      path,
      'A grid needs to know which values of a range to take. Add "points": 5, list the values, or use the strategy random.',
    );
  }
  if (sound && points !== undefined && !integer && pointsFallTogether(range, points)) {
    wrong(
      [...path, 'points'],
      `${points} points lie too close together to be told apart. Lower points, or widen the range.`,
    );
  }
}

export function checkDuplicates(choices: readonly (Value | Range)[], path: Path, report: Report): void {
  const first = new Map<string, number>();
  for (const [index, choice] of choices.entries()) {
    const key = canonicalJson(choice);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, index);
    else report([...path, index], `This choice is already at index ${earlier}. Remove one of the two.`);
  }
}

function checkConflicts(subspace: Subspace, path: Path, report: Report): void {
  for (const name of ['units', 'layers'] as const) {
    if (subspace.hiddenLayers !== undefined && subspace[name] !== undefined) {
      report(
        [...path, name],
        `hiddenLayers says the size of each layer; ${name} stands in its place. Remove one of the two.`,
      );
    }
  }
  if (subspace.layers !== undefined && subspace.units === undefined && subspace.hiddenLayers === undefined) {
    report(
      [...path, 'layers'],
      'layers needs units, the width of each layer. Add units, or write hiddenLayers.',
    );
  }
  if (subspace.decay !== undefined && subspace.finalLearningRate !== undefined) {
    report([...path, 'finalLearningRate'], 'finalLearningRate sets the decay. Remove it or decay.');
  }
  for (const name of ['l1', 'l2'] as const) {
    const both = subspace[`${name}Weights`] !== undefined && subspace[`${name}Biases`] !== undefined;
    // A 0 is what a space gets when its defaults are filled in, and contradicts nothing.
    if (both && subspace[name] !== undefined && subspace[name] !== 0) {
      report(
        [...path, name],
        `${name}Weights and ${name}Biases leave nothing for ${name} to say. Remove it or one of them.`,
      );
    }
  }
}

function checkPerLayer(subspace: Subspace, path: Path, report: Report): void {
  const dropout = subspace.dropout;
  if (dropout === undefined) return;
  const isList = Array.isArray(dropout);
  for (const [index, choice] of choicesOf(dropout).entries()) {
    if (typeof choice !== 'object' || !('perLayer' in choice)) continue;
    const length = choice.perLayer.length;
    const other = depthsOf(subspace).find((depth) => depth > 0 && depth !== length);
    if (other === undefined) continue;
    report(
      [...path, 'dropout', ...(isList ? [index] : []), 'perLayer'],
      `${length} shares for a network of ${other} hidden layer${other === 1 ? '' : 's'}. Give one share for each hidden layer, one number for all, or put networks of different depth into spaces of their own.`,
    );
  }
}

/** The numbers of hidden layers that a space's networks can have. */
function depthsOf(subspace: Subspace): number[] {
  if (subspace.hiddenLayers) return subspace.hiddenLayers.map((network) => network.length);
  return choicesOf(subspace.layers ?? 1).flatMap((choice) => {
    if (!isRange(choice)) return [choice as number];
    const { min, max } = choice;
    // Out of its limits it has been reported already, and could be long.
    if (!(max - min >= 0 && max - min <= 32)) return [];
    return Array.from({ length: Math.floor(max - min) + 1 }, (_, step) => min + step);
  });
}
