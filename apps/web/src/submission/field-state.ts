import type { SpaceField } from './space-fields.ts';

/** What stands in the form for one hyperparameter. All is text as typed: what is wrong with it the service says. */
export type FieldState =
  | { mode: 'default' }
  | { mode: 'values'; text: string }
  | { mode: 'choices'; chosen: readonly string[] }
  | { mode: 'range'; min: string; max: string; scale: 'linear' | 'log'; points: string }
  | { mode: 'json'; text: string };

/** A number where it is one, and else the text itself: nothing is made up from what cannot be read. */
export function readNumber(text: string): unknown {
  const trimmed = text.trim();
  return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
}

/** JSON where it is JSON, and else the text itself. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The value in the space; `undefined` leaves the default. */
export function writeField({ kind }: SpaceField, state: FieldState): unknown {
  switch (state.mode) {
    case 'default':
      return undefined;
    case 'json':
      return readJson(state.text);
    case 'choices': {
      const chosen = state.chosen.map((text) => JSON.parse(text));
      return chosen.length === 0 ? undefined : oneOrList(chosen);
    }
    case 'range': {
      const { min, max, scale, points } = state;
      return {
        min: readNumber(min),
        max: readNumber(max),
        ...(scale === 'log' && { scale }),
        ...(points.trim() !== '' && { points: readNumber(points) }),
      };
    }
    case 'values':
      if (kind === 'network') return readNetworks(state.text);
      return oneOrList(
        state.text
          .split(',')
          .filter((part) => part.trim() !== '')
          .map(readNumber),
      );
  }
}

/** The form's state for a value that is there. */
export function readField({ kind, options }: SpaceField, value: unknown): FieldState {
  const json: FieldState = { mode: 'json', text: JSON.stringify(value) };
  if (value === undefined) return { mode: 'default' };
  const list = Array.isArray(value) ? value : [value];
  if (kind === 'network') {
    return list.every(
      (network) => Array.isArray(network) && network.every((units) => typeof units === 'number'),
    )
      ? { mode: 'values', text: writeNetworks(list as number[][]) }
      : json;
  }
  if (kind === 'choice') {
    const known = new Set(options.map((option) => JSON.stringify(option)));
    const chosen = list.map((item) => JSON.stringify(item));
    return chosen.every((text) => known.has(text)) ? { mode: 'choices', chosen } : json;
  }
  if (list.every((item) => typeof item === 'number' || (typeof item === 'string' && !item.includes(',')))) {
    return { mode: 'values', text: list.join(', ') };
  }
  return readRangeField(value) ?? json;
}

function readRangeField(value: unknown): FieldState | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { min, max, scale = 'linear', points, ...others } = value as Record<string, unknown>;
  if (typeof min !== 'number' || typeof max !== 'number' || Object.keys(others).length > 0) return null;
  return {
    mode: 'range',
    min: String(min),
    max: String(max),
    scale: scale === 'log' ? 'log' : 'linear',
    points: points === undefined ? '' : String(points),
  };
}

const oneOrList = (values: readonly unknown[]) => (values.length === 1 ? values[0] : values);

/** `32 | 128, 64`: networks between bars, the units of their layers between commas; `none` has no hidden layer. */
function readNetworks(text: string): unknown[] {
  return text.split('|').map((network) => {
    const trimmed = network.trim();
    return trimmed === 'none' ? [] : trimmed.split(',').map(readNumber);
  });
}

function writeNetworks(networks: readonly (readonly number[])[]): string {
  return networks.map((units) => (units.length === 0 ? 'none' : units.join(', '))).join(' | ');
}
