import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { PlacedMessage } from '@holdfast/contracts/json-pointer';
import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { columnNames, columnReader } from './board-columns.ts';
import type { TrialResult } from './trial-result.ts';

/**
 * The items that meet every condition of `?where=name:value`; names as for `?sort=`. A value is written as in JSON
 * (`learningRate:0.01`, `hiddenLayers:[64]`, `overfit:false`, `score:null`), text without quotes (`optimizer:adam`).
 * `learningRate:0.001..0.1` is a range of numbers with its ends, one of which may be left out, and
 * `hiddenLayers:[32]|[64]` one of several: what stands between the bars are values or ranges. Ranks stay those of the whole board.
 */
export function filterLeaderboard(
  items: readonly LeaderboardItem[],
  where: readonly string[],
  trials: readonly Pick<TrialResult, 'trial' | 'params'>[],
): { items: LeaderboardItem[] } | { errors: PlacedMessage[] } {
  const errors: PlacedMessage[] = [];
  let left = [...items];
  for (const condition of where) {
    const colon = condition.indexOf(':');
    const name = colon < 0 ? condition : condition.slice(0, colon);
    const read = columnReader(name, trials);
    if (colon < 0) {
      const message = `${JSON.stringify(condition)} is no condition. Write name:value, such as optimizer:adam.`;
      errors.push({ pointer: '/where', message });
    } else if (!read) {
      const message = `There is no column ${JSON.stringify(name)}. Use a hyperparameter, or one of ${columnNames.join(', ')}.`;
      errors.push({ pointer: '/where', message });
    } else {
      const meets = conditionOf(condition.slice(colon + 1));
      left = left.filter((item) => meets(read(item) ?? null));
    }
  }
  return errors.length > 0 ? { errors } : { items: left };
}

function conditionOf(text: string): (value: unknown) => boolean {
  const keys = new Set<string>();
  const ranges: [number, number][] = [];
  // No value holds a bar.
  for (const alternative of text.split('|')) {
    const range = readRange(alternative);
    if (range) ranges.push(range);
    else for (const key of keysOf(alternative)) keys.add(key);
  }
  return (value) =>
    (typeof value === 'number' && ranges.some(([min, max]) => value >= min && value <= max)) ||
    (keys.size > 0 && keys.has(canonicalJson(value)));
}

/** `min..max`, one end of which may be missing; `null` for anything else. */
function readRange(text: string): [number, number] | null {
  const ends = text.split('..');
  if (ends.length !== 2 || text === '..') return null;
  const [min, max] = [Number(ends[0] || '-Infinity'), Number(ends[1] || 'Infinity')];
  return Number.isNaN(min) || Number.isNaN(max) ? null : [min, max];
}

/** As text, and as JSON where it is JSON: `0.010` and `1e-2` are the number 0.01. */
function keysOf(text: string): Set<string> {
  const keys = new Set([canonicalJson(text)]);
  try {
    keys.add(canonicalJson(JSON.parse(text)));
  } catch {
    // Not JSON: text alone.
  }
  return keys;
}
