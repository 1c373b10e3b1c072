/**
 * One text for one value, after RFC 8785 (JSON Canonicalization Scheme): no white space, keys sorted by UTF-16 code
 * unit, numbers and strings as ECMAScript serialises them.
 * @throws TypeError, naming the place, for what JSON cannot carry exactly: NaN, infinities, undefined, functions,
 * bigints, and objects that are neither plain nor arrays.
 */
export function canonicalJson(value: unknown): string {
  return serialize(value, '');
}

function serialize(value: unknown, place: string): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} at "${place}" has no place in JSON; use null`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map((item, index) => serialize(item, `${place}/${index}`)).join(',')}]`;
  }
  if (typeof value === 'object' && isPlain(value)) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${serialize(item, `${place}/${key}`)}`).join(',')}}`;
  }
  throw new TypeError(`A value of type ${typeof value} at "${place}" has no place in JSON`);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
