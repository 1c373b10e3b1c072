import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { UsageError } from '../command/usage-error.ts';
import { confirmReveal } from './confirm-reveal.ts';

function terminal(isTTY = true) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = Object.assign(new PassThrough(), { isTTY });
  return { input, output };
}

test.each([
  ['Iris grid\r', true],
  ['  Iris grid \r', true],
  ['iris grid\r', false],
  ['y\r', false],
  ['\r', false],
  // Ctrl-C, Ctrl-D.
  ['\x03', null],
  ['\x04', null],
])('%j at a terminal confirms: %j', async (typed, confirmed) => {
  const { input, output } = terminal();
  const answer = confirmReveal('Iris grid', {}, { input, output });
  input.write(typed);
  expect(await answer).toBe(confirmed);
  expect(String(output.read())).toContain('type the search’s name (Iris grid)');
});

test('asks nothing where the command says it', async () => {
  const silent = terminal(false);
  expect(await confirmReveal('Iris grid', { yes: true }, silent)).toBe(true);
  expect(await confirmReveal('Iris grid', { confirm: 'Iris grid' }, silent)).toBe(true);
  expect(silent.output.read()).toBeNull();
});

test('a wrong name is refused, also with --yes, and so is nobody to ask', async () => {
  for (const options of [{ confirm: 'iris' }, { confirm: 'iris', yes: true }])
    await expect(confirmReveal('Iris grid', options, terminal())).rejects.toThrow(/"Iris grid".*Nothing was/);
  const nobody = confirmReveal('Iris grid', {}, terminal(false));
  await expect(nobody).rejects.toThrow(UsageError);
  await expect(nobody).rejects.toThrow('--confirm "Iris grid", or --yes');
});
