import { expect, test } from 'vitest';
import { buildProgram } from './build-program.ts';
import { describeCommands } from './describe-commands.ts';

test('docs/cli.md is what --help says', async () => {
  await expect(describeCommands(buildProgram())).toMatchFileSnapshot('../../../../docs/cli.md');
});
