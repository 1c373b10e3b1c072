/** 0: no number. 1: a number in the form that JavaScript writes it in. 2: a number that may be written otherwise. */
export type NumberForm = 0 | 1 | 2;

const zero = 48;
const nine = 57;

/**
 * Whether a cell is a decimal number: sign, digits, fraction, exponent, with spaces and tabs allowed around it.
 * No hexadecimal, no thousands separators, and no leading zeros: `007` is a name, and as a number would be
 * taken for `7`. Looks at the form alone; a number may still be too large for a float64.
 */
export function scanNumber(text: string): NumberForm {
  let at = 0;
  let end = text.length;
  while (at < end && isBlank(text.charCodeAt(at))) at++;
  while (end > at && isBlank(text.charCodeAt(end - 1))) end--;
  let plain = at === 0 && end === text.length;
  const sign = text.charCodeAt(at);
  if (sign === 43 || sign === 45) {
    plain &&= sign === 45 && text.charCodeAt(at + 1) !== zero;
    at++;
  }
  const wholeStart = at;
  at = skipDigits(text, at, end);
  const whole = at - wholeStart;
  if (whole > 1 && text.charCodeAt(wholeStart) === zero) return 0;
  let fraction = 0;
  if (at < end && text.charCodeAt(at) === 46) {
    const fractionStart = ++at;
    at = skipDigits(text, at, end);
    fraction = at - fractionStart;
    plain &&= fraction > 0 && whole > 0 && text.charCodeAt(at - 1) !== zero;
    // 0.0000001 is written 1e-7.
    plain &&= !text.startsWith('0.000000', wholeStart);
  }
  if (whole + fraction === 0) return 0;
  // Up to 15 digits come back from a float64 as they were.
  plain &&= whole + fraction <= 15;
  if (at < end && (text.charCodeAt(at) | 32) === 101) {
    plain = false;
    at++;
    const exponentSign = text.charCodeAt(at);
    if (exponentSign === 43 || exponentSign === 45) at++;
    const exponentStart = at;
    at = skipDigits(text, at, end);
    if (at === exponentStart) return 0;
  }
  if (at !== end) return 0;
  return plain ? 1 : 2;
}

/**
 * The number that a cell holds, or `undefined` where the text is none or where a float64 cannot hold it:
 * beyond 1.8e308, or a whole number of so many digits that some would be lost.
 */
export function parseNumber(text: string, form: NumberForm): number | undefined {
  if (form === 0) return undefined;
  const value = Number(text);
  if (form === 1) return value;
  if (!Number.isFinite(value)) return undefined;
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  const digits = text.trim().replace('+', '');
  const kept = !/^-?\d+$/.test(digits) || digits === String(value) || BigInt(digits) === BigInt(value);
  return kept ? value : undefined;
}

/** Why a cell is not a number, in words that follow its text. */
export function explainNonNumber(text: string): string {
  const trimmed = text.replace(/^[ \t]+|[ \t]+$/g, '');
  // Of JSON alone.
  if (parseNumber(trimmed, scanNumber(trimmed)) !== undefined) return 'is a text; send numbers as numbers';
  if (/^[+-]?(inf|infinity)$/i.test(trimmed)) return 'is not finite';
  if (/^[+-]?0\d+(\.\d*)?$/.test(trimmed)) return 'has leading zeros, so it is a name and not a number';
  if (/^[+-]?\d+$/.test(trimmed)) return 'has more digits than a float64 keeps';
  if (scanNumber(trimmed) !== 0) return 'is too large for a float64';
  if (/^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(trimmed)) return 'has thousands separators; write it without';
  if (/^[+-]?\d{1,3}(\.\d{3})+,\d+$/.test(trimmed)) return 'has points for thousands; write it without';
  if (/^[+-]?\d*,\d+$/.test(trimmed)) return 'has a decimal comma; write a point';
  if (/^[+-]?\d{1,3}([ \u00A0\u202F'’]\d{3})+([.,]\d+)?$/.test(trimmed))
    return 'has its thousands set apart; write it without';
  if (/^−[\d.,]+$/.test(trimmed)) return 'has a dash for a minus sign; write "-"';
  if (/^[+-]?[\d.,]+\s*%$/.test(trimmed)) return 'has a percent sign; write the number alone';
  if (/^[+-]?\s*[$€£¥]\s*[+-]?[\d.,]+$|^[+-]?[\d.,]+\s*[$€£¥]$/.test(trimmed))
    return 'has a sign of money; write the number alone';
  return 'is not a number';
}

const missing = /^\s*([+-]?nan)?\s*$/i;

/** An empty cell or NaN. */
export function isMissing(text: string): boolean {
  return text.length <= 16 && missing.test(text);
}

const missingWords = new Set([
  ...[
    'na',
    'n/a',
    'n.a.',
    '#n/a',
    '#na',
    '<na>',
    'null',
    '(null)',
    '#null!',
    '\\n',
    'none',
    'nil',
    '-nan',
    'missing',
    'unknown',
  ],
  ...['?', '.', '-', '--', '–', '—'],
]);

/** What people write for a missing value, besides nothing at all. In a column of names it may be a name. */
export function isMissingWord(text: string): boolean {
  return text.length <= 16 && missingWords.has(text.trim().toLowerCase());
}

function skipDigits(text: string, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code < zero || code > nine) break;
    at++;
  }
  return at;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
