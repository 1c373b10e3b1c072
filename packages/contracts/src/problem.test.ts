import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { problemTypes } from './problem.ts';

describe('problem types', () => {
  it('each stand in docs/errors.md with their status and title, and no other does', () => {
    const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/<a id="([a-z-]+)"><\/a>`\1` \| (\d+) \| ([^|]+) \|/g)];
    const told = Object.fromEntries(
      rows.map(([, key, status, title]) => [key, { status: Number(status), title }]),
    );
    expect(told).toEqual(problemTypes);
  });
});
