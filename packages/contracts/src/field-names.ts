import type { z } from 'zod';

/** The names of the fields that a schema knows at a path; of a union those of all its branches. */
export function fieldNames(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  let at = [...branches(schema)];
  for (const key of path) at = at.flatMap((one) => inner(one, key)).flatMap((one) => [...branches(one)]);
  return [...new Set(at.flatMap((one) => (one.def.type === 'object' ? Object.keys(one.def.shape) : [])))];
}

type Def = z.core.$ZodTypes['_zod'];

/** What stands behind defaults, options and unions. */
function* branches(schema: z.core.$ZodType): Generator<Def> {
  const { _zod } = schema as z.core.$ZodTypes;
  const { def } = _zod;
  if ('innerType' in def) yield* branches(def.innerType);
  else if (def.type === 'pipe') yield* branches(def.in);
  else if (def.type === 'union') for (const option of def.options) yield* branches(option);
  else yield _zod;
}

function inner({ def }: Def, key: PropertyKey): z.core.$ZodType[] {
  if (def.type === 'object') return Object.hasOwn(def.shape, key) ? [def.shape[key as string]!] : [];
  if (def.type === 'array') return [def.element];
  if (def.type === 'record') return [def.valueType];
  return [];
}
