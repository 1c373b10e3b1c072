import { type Subspace, subspaceSchema } from '@holdfast/contracts/space';
import { z } from 'zod';

/** How a hyperparameter is asked for. */
export interface SpaceField {
  name: keyof Subspace;
  kind: 'number' | 'choice' | 'network';
  /** What there is to choose from. */
  options: readonly unknown[];
  /** Whether a range may stand in the place of values. */
  ranges: boolean;
}

/** Loosely: the few keywords that are looked at. */
interface Schema {
  anyOf?: Schema[];
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  type?: string;
  properties?: Record<string, Schema>;
}

/** The fields of a space in the order of the contract, each as its schema says. */
export function spaceFields(): SpaceField[] {
  const schema = z.toJSONSchema(subspaceSchema, { io: 'input', unrepresentable: 'any' }) as Schema;
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const options = optionsOf(property);
    const numeric = mentions(property, ({ type }) => type === 'number' || type === 'integer');
    const kind =
      name === 'hiddenLayers' ? 'network' : options.length > 0 && !isMixed(name) ? 'choice' : 'number';
    return {
      name: name as keyof Subspace,
      kind,
      options,
      ranges:
        kind === 'number' && numeric && mentions(property, ({ properties }) => properties?.min !== undefined),
    };
  });
}

/** A number, or the word "full": typed, not chosen. */
const isMixed = (name: string) => name === 'batchSize';

function optionsOf(schema: Schema): unknown[] {
  if (schema.enum) return schema.enum;
  if (schema.const !== undefined) return [schema.const];
  if (schema.type === 'boolean') return [true, false];
  // The first alternative is one value; the second a list of the same.
  for (const alternative of schema.anyOf ?? []) {
    const options = optionsOf(alternative);
    if (options.length > 0) return options;
  }
  return [];
}

function mentions(schema: Schema, holds: (schema: Schema) => boolean): boolean {
  if (holds(schema)) return true;
  return [...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])].some((part) =>
    mentions(part, holds),
  );
}
