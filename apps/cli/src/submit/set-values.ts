import { parse } from 'yaml';
import { UsageError } from '../command/usage-error.ts';
import { spaceFieldNames, specFieldNames } from './spec-fields.ts';

/**
 * A spec with values set: each `path=value`, the path's parts joined by dots. A name that is a hyperparameter, and no field
 * of a search, is one of its space (of each of its spaces). The value is read as YAML, of which JSON is a part.
 * @throws UsageError for what is no assignment, or a path through something that is no object
 */
export function setValues(spec: unknown, assignments: readonly string[]): unknown {
  const result = structuredClone(spec);
  for (const assignment of assignments) {
    const split = assignment.indexOf('=');
    if (split < 1) {
      throw new UsageError(`--set ${assignment} must be path=value, as in --set learningRate=0.1`);
    }
    const path = assignment.slice(0, split).split('.');
    setOne(result, isOfSpace(path[0]!) ? ['space', ...path] : path, readValue(assignment, split), assignment);
  }
  return result;
}

const isOfSpace = (name: string) => !specFieldNames.has(name) && spaceFieldNames.has(name);

function readValue(assignment: string, split: number): unknown {
  try {
    return parse(assignment.slice(split + 1));
  } catch (error) {
    throw new UsageError(`--set ${assignment}: ${(error as Error).message.split('\n')[0]}`);
  }
}

function setOne(target: unknown, path: readonly string[], value: unknown, assignment: string): void {
  const [name, ...rest] = path;
  if (Array.isArray(target)) {
    if (/^\d+$/.test(name!)) {
      const place = Number(name);
      if (rest.length === 0) target[place] = value;
      else setOne(target[place], rest, value, assignment);
    } else {
      for (const item of target) setOne(item, path, value, assignment);
    }
    return;
  }
  if (typeof target !== 'object' || target === null || name === '__proto__') {
    throw new UsageError(`--set ${assignment}: there is no object to set ${JSON.stringify(name)} in`);
  }
  const object = target as Record<string, unknown>;
  if (rest.length === 0) {
    object[name!] = value;
    return;
  }
  if (!Object.hasOwn(object, name!)) object[name!] = {};
  setOne(object[name!], rest, value, assignment);
}
