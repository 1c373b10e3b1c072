/**
 * JSON text of a value, for a column of type json. JSON has no NaN and no infinity, and JSON.stringify would
 * write `null` for them, and for holes in an array: here they are errors that name the place.
 *
 * @throws RangeError naming `what` and the key
 */
export function toStrictJson(value: unknown, what: string): string {
  if (value === undefined) throw new RangeError(`${what}: the value is undefined.`);
  // A walk of our own: a replacer, called for each number, made this several times as slow.
  check(value, '', what);
  return JSON.stringify(value);
}

function check(value: unknown, key: string | number, what: string): void {
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return;
    throw new RangeError(
      `${what}: ${key === '' ? 'the value' : key} is ${value}, which JSON cannot hold: give null and a reason.`,
    );
  }
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      if (value[index] === undefined) throw new RangeError(`${what}: ${index} is undefined.`);
      check(value[index], index, what);
    }
    return;
  }
  const fields = value as Record<string, unknown>;
  for (const name in fields) check(fields[name], name, what);
}
