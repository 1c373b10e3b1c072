import { searchSpecSchema } from '@holdfast/contracts/search-spec';
import { z } from 'zod';

export interface PartKind {
  name: string;
  fields: { name: string; fallback: string | undefined }[];
}

interface Schema {
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  const?: unknown;
  default?: unknown;
}

/** Loosely: as JSON Schema has it. */
const schema = z.toJSONSchema(searchSpecSchema, { io: 'input', unrepresentable: 'any' }) as Schema;

/** The kinds of a part of the spec with the fields of each, from the contract's schema. */
export function partKinds(part: 'strategy' | 'crossValidation' | 'race'): PartKind[] {
  return alternatives(schema.properties?.[part] ?? {}).map(({ properties = {} }) => {
    const { kind, ...fields } = properties;
    return { name: String(kind?.const), fields: fieldsOf(fields) };
  });
}

/** The plain fields of a part that has no kinds. */
export function partFields(part: 'earlyStopping' | 'limits'): PartKind['fields'] {
  const own = schema.properties?.[part] ?? {};
  const object = own.properties ? own : alternatives(own).find(({ properties }) => properties !== undefined);
  return fieldsOf(object?.properties ?? {});
}

const alternatives = (part: Schema): Schema[] =>
  (part.oneOf ?? part.anyOf ?? []).flatMap((one) => (one.oneOf || one.anyOf ? alternatives(one) : [one]));

function fieldsOf(properties: Record<string, Schema>): PartKind['fields'] {
  return Object.entries(properties).flatMap(([name, property]) =>
    // What is an object of its own is there once one of its fields is filled in.
    property.properties
      ? Object.keys(property.properties).map((inner) => ({ name: `${name}.${inner}`, fallback: 'none' }))
      : [{ name, fallback: fallbackOf(property) }],
  );
}

function fallbackOf({ default: given }: Schema): string | undefined {
  if (given === undefined || given === null) return undefined;
  return typeof given === 'object' ? JSON.stringify(given) : String(given);
}
