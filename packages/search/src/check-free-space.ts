import type { FreeSpace, FreeSubspace } from '@holdfast/contracts/free-space';
import { type PlacedMessage, toJsonPointer } from '@holdfast/contracts/json-pointer';
import { checkDuplicates, checkPoints, checkRange, type Path, type Report } from './check-space.ts';
import { isRange } from './space/dimensions.ts';

/**
 * What a schema cannot say of a space whose names Holdfast does not know: ranges that are empty, fractions where whole
 * numbers belong, choices given twice and, for a grid, ranges without points. Pointers start at `/space`.
 */
export function checkFreeSpace(space: FreeSpace, strategy: string): PlacedMessage[] {
  const errors: PlacedMessage[] = [];
  const report: Report = (path, message) => errors.push({ pointer: toJsonPointer(path), message });
  if (Array.isArray(space)) {
    for (const [index, subspace] of space.entries()) checkOne(subspace, ['space', index], strategy, report);
  } else {
    checkOne(space, ['space'], strategy, report);
  }
  checkPoints({ free: space }, report);
  return errors;
}

function checkOne(subspace: FreeSubspace, path: Path, strategy: string, report: Report): void {
  for (const [name, given] of Object.entries(subspace)) {
    const isList = Array.isArray(given);
    const choices = isList ? given : [given];
    for (const [index, choice] of choices.entries()) {
      const place = isList ? [...path, name, index] : [...path, name];
      if (isRange(choice)) checkRange(choice, name, undefined, place, strategy, report);
    }
    checkDuplicates(choices, [...path, name], report);
  }
}
