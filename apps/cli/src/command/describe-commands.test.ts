import { expect, test } from 'vitest';
import { buildWholeProgram } from './build-program.ts';
import { describeCommands } from './describe-commands.ts';

test('docs/cli.md is what --help says', async () => {
  await expect(describeCommands(await buildWholeProgram())).toMatchFileSnapshot('../../../../docs/cli.md');
});
