const isoTime = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * Milliseconds since 1970 of an ISO 8601 date or time: `2024-02-29`, `2024-02-29T12:30`, `2024-02-29 12:30:05.5Z`,
 * `2024-02-29T12:30:05+02:00`. Without an offset it is taken as UTC. `undefined` for anything else, and for days
 * that no calendar has.
 */
export function parseIsoTime(text: string): number | undefined {
  const match = isoTime.exec(text.trim());
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  if (hour! > 23 || minute! > 59 || second! > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year!, month! - 1, day!);
  if (date.getUTCMonth() !== month! - 1 || date.getUTCDate() !== day!) return undefined;
  const time = date.getTime() + ((hour! * 60 + minute!) * 60 + second!) * 1000 + Number(match[7] ?? 0) * 1000;
  const offset = match[8];
  if (offset === undefined || offset === 'Z') return time;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(-2))];
  if (hours > 23 || minutes > 59) return undefined;
  return time - (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
