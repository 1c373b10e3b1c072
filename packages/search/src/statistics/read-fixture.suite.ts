import { readFileSync } from 'node:fs';

/** Values that another route gave: see fixtures/statistics/derive.py. */
export function readFixture<Content>(name: string): Content {
  const file = new URL(`../../fixtures/statistics/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Content;
}
