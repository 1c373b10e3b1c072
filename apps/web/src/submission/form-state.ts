import type { Subspace } from '@holdfast/contracts/space';
import { type FieldState, readField, readJson, readNumber, writeField } from './field-state.ts';
import type { SpaceField } from './space-fields.ts';

/** A part of the spec that has a `kind`, or none where the default stands; its other fields as typed. */
export interface PartState {
  kind: string;
  values: Readonly<Record<string, string>>;
}

/** The whole form. What it does not know of a spec goes through unchanged, in `others`. */
export interface FormState {
  dataset: string;
  name: string;
  tags: string;
  seed: string;
  /** The text where the space is written as JSON, a union say. */
  spaceJson: string | null;
  space: Readonly<Partial<Record<keyof Subspace, FieldState>>>;
  strategy: PartState;
  crossValidation: PartState;
  race: PartState;
  metric: string;
  earlyStopping: Readonly<Record<string, string>> | null;
  limits: Readonly<Record<string, string>>;
  others: Readonly<Record<string, unknown>>;
}

export const emptyForm: FormState = {
  dataset: '',
  name: '',
  tags: '',
  seed: '',
  spaceJson: null,
  space: {},
  strategy: { kind: '', values: {} },
  crossValidation: { kind: '', values: {} },
  race: { kind: '', values: {} },
  metric: '',
  earlyStopping: null,
  limits: {},
  others: {},
};

/** Fields whose text is JSON, by the part that they are of. */
const jsonFields = new Set(['trials:list', 'warmStart:tpe']);

/** The body of `POST /v1/searches`; what is left to its default is left out. */
export function writeSpec(form: FormState, fields: readonly SpaceField[]): Record<string, unknown> {
  const space =
    form.spaceJson === null
      ? Object.fromEntries(
          fields.flatMap((field) => {
            const value = writeField(field, form.space[field.name] ?? { mode: 'default' });
            return value === undefined ? [] : [[field.name, value]];
          }),
        )
      : readJson(form.spaceJson);
  const tags = form.tags
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  const limits = writeNumbers(form.limits);
  const empty = typeof space === 'object' && space !== null && Object.keys(space).length === 0;
  return {
    ...(form.name.trim() !== '' && { name: form.name.trim() }),
    ...(tags.length > 0 && { tags }),
    dataset: form.dataset,
    ...(form.seed.trim() !== '' && { seed: readNumber(form.seed) }),
    ...(!empty && { space }),
    ...writePart('strategy', form.strategy),
    ...writePart('crossValidation', form.crossValidation),
    ...writePart('race', form.race),
    ...(form.metric !== '' && { objective: { metric: form.metric } }),
    ...(form.earlyStopping !== null && { earlyStopping: writeNumbers(form.earlyStopping) }),
    ...(Object.keys(limits).length > 0 && { limits }),
    ...form.others,
  };
}

function writePart(name: string, { kind, values }: PartState): Record<string, unknown> {
  if (kind === '') return {};
  const written = Object.entries(values).flatMap(([field, text]) =>
    text.trim() === ''
      ? []
      : [[field, jsonFields.has(`${field}:${kind}`) ? readJson(text) : readNumber(text)] as const],
  );
  const part: Record<string, unknown> = { kind };
  for (const [field, value] of written) {
    // `outer.folds`: a field of an object within the part.
    const [own = field, inner] = field.split('.');
    part[own] = inner === undefined ? value : { ...(part[own] as object | undefined), [inner]: value };
  }
  return { [name]: part };
}

function writeNumbers(values: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, text]) => (text.trim() === '' ? [] : [[name, readNumber(text)]])),
  );
}

/** The form for a spec that is there, a resolved one or an input. */
export function readSpec(spec: Readonly<Record<string, unknown>>, fields: readonly SpaceField[]): FormState {
  const {
    name,
    tags,
    dataset,
    seed,
    space,
    strategy,
    crossValidation,
    race,
    objective,
    earlyStopping,
    limits,
    ...others
  } = spec;
  const isUnion = Array.isArray(space);
  return {
    dataset: String(dataset ?? ''),
    name: String(name ?? ''),
    tags: Array.isArray(tags) ? tags.join(', ') : '',
    seed: seed === undefined ? '' : String(seed),
    spaceJson: isUnion ? JSON.stringify(space, null, 2) : null,
    space: isUnion ? {} : readSpace(space, fields),
    strategy: readPart(strategy),
    crossValidation: readPart(crossValidation),
    race: readPart(race),
    metric: String((objective as { metric?: unknown } | undefined)?.metric ?? ''),
    earlyStopping: earlyStopping ? readTexts(earlyStopping) : null,
    limits: readTexts(limits),
    others,
  };
}

export function readSpace(space: unknown, fields: readonly SpaceField[]): FormState['space'] {
  const values = (space ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    fields.flatMap((field) =>
      values[field.name] === undefined ? [] : [[field.name, readField(field, values[field.name])]],
    ),
  );
}

function readPart(part: unknown): PartState {
  if (typeof part !== 'object' || part === null) return { kind: '', values: {} };
  const { kind, ...values } = part as Record<string, unknown>;
  return { kind: String(kind), values: readTexts(values) };
}

/** `null` and absent are the same: the default. */
function readTexts(values: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries((values ?? {}) as Record<string, unknown>).flatMap(([name, value]): [string, string][] => {
      if (value === null || value === undefined) return [];
      if (typeof value !== 'object') return [[name, String(value)]];
      if (Array.isArray(value)) return [[name, JSON.stringify(value)]];
      return Object.entries(readTexts(value)).map(([inner, text]) => [`${name}.${inner}`, text]);
    }),
  );
}
