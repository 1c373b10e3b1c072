import { expect, test } from 'vitest';
import { typed } from './typed.ts';

test.each([
  [{ npm_lifecycle_event: 'holdfast', npm_command: 'run-script' }, 'npm run holdfast -- serve'],
  [{ npm_lifecycle_event: 'npx', npm_command: 'exec' }, 'npx holdfast serve'],
  [{}, 'holdfast serve'],
])('%j: %s', (environment, command) => {
  expect(typed('serve', environment)).toBe(command);
});
