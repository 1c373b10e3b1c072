import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MalformedJsonError, parseJson, UnsafeJsonError } from './parse-json.ts';

function placesOf(text: string): string[] {
  try {
    parseJson(Buffer.from(text));
  } catch (error) {
    if (error instanceof UnsafeJsonError) return error.places.map(({ pointer }) => pointer);
    throw error;
  }
  return [];
}

describe('parseJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: 'small' }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/__proto__|constructor|prototype|\\u0000|\\ud[89a-f]/i.test(text));
        expect(parseJson(Buffer.from(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['{"__proto__":{"a":1}}', ['/__proto__']],
    ['{"space":[{"constructor":1}]}', ['/space/0/constructor']],
    ['{"a":{"prototype":1}}', ['/a/prototype']],
    ['{"name":"a\\u0000b"}', ['/name']],
    ['{"a/b":{"x\\u0000":1}}', ['/a~1b/x\u0000']],
    ['["\\ud800"]', ['/0']],
    ['["\\ud83d\\ude00"]', []],
    [`${'['.repeat(40)}${']'.repeat(40)}`, ['/0'.repeat(32)]],
  ])('%s is refused at %s', (text, places) => {
    expect(placesOf(text)).toEqual(places);
  });

  it.each(['{', 'nul', '{"a":NaN}', '', `${'['.repeat(200_000)}`])('%.20s is malformed', (text) => {
    expect(() => parseJson(Buffer.from(text))).toThrow(MalformedJsonError);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow(MalformedJsonError);
  });
});
