/**
 * JSON text of a value, for a column of type json. JSON has no NaN and no infinity, and JSON.stringify would
 * write `null` for them, and for holes in an array: here they are errors that name the place.
 *
 * @throws RangeError naming `what` and the key
 */
export function toStrictJson(value: unknown, what: string): string {
  return JSON.stringify(value, function (this: unknown, key, inner: unknown) {
    if (typeof inner === 'number' && !Number.isFinite(inner)) {
      throw new RangeError(
        `${what}: ${key || 'the value'} is ${inner}, which JSON cannot hold: give null and a reason.`,
      );
    }
    if (inner === undefined && (Array.isArray(this) || key === '')) {
      throw new RangeError(`${what}: ${key || 'the value'} is undefined.`);
    }
    return inner;
  });
}
