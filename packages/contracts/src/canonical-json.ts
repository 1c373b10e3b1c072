/**
 * One text for one value, after RFC 8785 (JSON Canonicalization Scheme): no white space, keys sorted by UTF-16 code
 * unit, numbers and strings as ECMAScript serialises them.
 * @throws TypeError, naming the place, for what JSON cannot carry exactly: NaN, infinities, undefined, functions,
 * bigints, and objects that are neither plain nor arrays.
 */
export function canonicalJson(value: unknown): string {
  // Places are worked out once one is wanted: a board of 100,000 trials has millions.
  return write(value) ?? serialize(value, '');
}

/** `undefined` where something in it has no place in JSON. */
function write(value: unknown): string | undefined {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Number.isFinite(value) ? JSON.stringify(value) : undefined;
  if (Array.isArray(value)) {
    let text = '';
    for (const item of value) {
      const written = write(item);
      if (written === undefined) return undefined;
      text += text === '' ? written : `,${written}`;
    }
    return `[${text}]`;
  }
  if (typeof value !== 'object' || !isPlain(value)) return undefined;
  let text = '';
  // Sorted by UTF-16 code unit, as the default is.
  for (const key of Object.keys(value).sort()) {
    const written = write((value as Record<string, unknown>)[key]);
    if (written === undefined) return undefined;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${written}`;
  }
  return `{${text}}`;
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
