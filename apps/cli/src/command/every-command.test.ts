import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { codeBlocks } from '../../../../tests/e2e/code-blocks.ts';
import { buildWholeProgram, pathOf } from './build-program.ts';

const root = resolve(import.meta.dirname, '../../../..');

/** What end-to-end tests call, and what the documents' blocks do that they run. */
function everythingRun(): string {
  const tests = join(root, 'tests/e2e');
  const calls = readdirSync(tests).map((name) => readFileSync(join(tests, name), 'utf8'));
  const documents = [
    'README.md',
    'SECURITY.md',
    ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
  ];
  const blocks = documents
    .filter((document) => document.endsWith('.md'))
    .flatMap((document) => codeBlocks(readFileSync(join(root, document), 'utf8')))
    .filter(({ language, notRun }) => language === 'sh' && !notRun)
    .map(({ text }) => text.replaceAll(' -- ', ' '));
  return [...calls, ...blocks].join('\n');
}

test('every command is run by an end-to-end test, or by a block of the documents', async () => {
  const text = everythingRun();
  const leaves = (command: Command): Command[] =>
    command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
  const missing = leaves(await buildWholeProgram()).filter((command) => {
    const words = pathOf(command).split(' ').slice(1);
    const quoted = words.map((word) => `'${word}'`).join(', ');
    return !text.includes(quoted) && !new RegExp(`holdfast ${words.join(' ')}\\b`).test(text);
  });
  expect(missing.map(pathOf)).toEqual([]);
});
