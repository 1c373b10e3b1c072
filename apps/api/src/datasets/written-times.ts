import { parseIsoTime } from './parse-times.ts';

/** Which comes first in `4/5/2024`. */
type DateOrder = 'dayFirst' | 'monthFirst';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const time = String.raw`(?:[ T,]+(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?: ?([AP]M))?)?$`;
const yearFirst = new RegExp(String.raw`^(\d{4})[/.](\d{1,2})[/.](\d{1,2})${time}`, 'i');
const dotted = new RegExp(String.raw`^(\d{1,2})\.(\d{1,2})\.(\d{4})${time}`, 'i');
const slashed = new RegExp(String.raw`^(\d{1,2})[/-](\d{1,2})[/-](\d{4})${time}`, 'i');
const dayAndName = new RegExp(String.raw`^(\d{1,2})[ -]([a-z]{3,9})\.?,?[ -](\d{4})${time}`, 'i');
const nameAndDay = new RegExp(String.raw`^([a-z]{3,9})\.? (\d{1,2}),? (\d{4})${time}`, 'i');

/**
 * Milliseconds since 1970 of a date or time as people and programs write it: ISO 8601, `29.2.2024`, `2024/02/29`, `29 Feb 2024`,
 * `Feb 29, 2024`, and `2/29/2024`, each with `12:30`, `12:30:05` or `12:30 PM` behind it or not. Of two numbers with a slash or a dash
 * between, `order` says which is the day; without it they are a date where one of them is no month.
 */
export function parseTime(written: string, order?: DateOrder): number | undefined {
  const text = written.trim();
  const iso = parseIsoTime(text);
  if (iso !== undefined) return iso;
  let found = yearFirst.exec(text);
  if (found) return timeOf(found, 1, 2, 3);
  found = dotted.exec(text);
  if (found) return timeOf(found, 3, 2, 1);
  found = slashed.exec(text);
  if (found) {
    // The same number twice is the same day in either order.
    const known = order ?? (Number(found[1]) === Number(found[2]) ? 'dayFirst' : orderOf(found));
    if (known === undefined) return undefined;
    return known === 'dayFirst' ? timeOf(found, 3, 2, 1) : timeOf(found, 3, 1, 2);
  }
  found = dayAndName.exec(text);
  if (found) return timeOf(found, 3, 2, 1);
  found = nameAndDay.exec(text);
  return found ? timeOf(found, 3, 1, 2) : undefined;
}

/**
 * Reads the dates of one column, all in the order that those of them say which can be read in one way only. Where none says it, or
 * they contradict each other, dates that can be read in two ways are none.
 */
export function timeReader(texts: readonly string[]): (text: string) => number | undefined {
  const orders = new Set<DateOrder>();
  for (const text of texts) {
    const found = slashed.exec(text.trim());
    const order = found ? orderOf(found) : undefined;
    if (order !== undefined) orders.add(order);
  }
  const [only] = orders;
  const order = orders.size === 1 ? only : undefined;
  return (text) => parseTime(text, order);
}

/** Whether a text is a date that can be read in two ways. */
export function isAmbiguousTime(text: string): boolean {
  return (
    slashed.test(text.trim()) && parseTime(text) === undefined && parseTime(text, 'dayFirst') !== undefined
  );
}

function orderOf([, first, second]: RegExpExecArray): DateOrder | undefined {
  if (Number(first) > 12) return 'dayFirst';
  if (Number(second) > 12) return 'monthFirst';
  return undefined;
}

function timeOf(found: RegExpExecArray, year: number, month: number, day: number): number | undefined {
  const named = months.findIndex((name) => found[month]!.toLowerCase().startsWith(name));
  const m = named === -1 ? Number(found[month]) : named + 1;
  if (!(m >= 1 && m <= 12)) return undefined;
  const [h, minute, second, fraction, half] = found.slice(4);
  let hour = Number(h ?? 0);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half.toUpperCase() === 'PM' ? 12 : 0);
  }
  const pad = (value: unknown) => String(value ?? 0).padStart(2, '0');
  const clock = `${pad(hour)}:${pad(minute)}:${pad(second)}${fraction === undefined ? '' : `.${fraction}`}`;
  return parseIsoTime(`${found[year]}-${pad(m)}-${pad(found[day])}T${clock}`);
}
