import type { Feature } from '@holdfast/contracts/dataset';

export type TypedRow = Readonly<Record<string, string>>;

/**
 * What was typed as a row to predict. An empty field is a missing value; what is no number goes out as it was typed,
 * so that the service names the place.
 */
export function readRow(features: readonly Feature[], typed: TypedRow): Record<string, unknown> {
  return Object.fromEntries(
    features.map(({ name, kind }) => [name, readValue(kind, (typed[name] ?? '').trim())]),
  );
}

function readValue(kind: Feature['kind'], text: string): unknown {
  if (text === '') return null;
  if (kind === 'number') return Number.isFinite(Number(text)) ? Number(text) : text;
  if (kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}
