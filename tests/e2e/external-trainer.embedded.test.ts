import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { ExternalSpecInput } from '@holdfast/contracts/external-spec';
import type { TrainAnswer } from '@holdfast/contracts/external-trainer';
import type { Leaderboard } from '@holdfast/contracts/leaderboard';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningService } from './service.ts';
import { holdfastBin, startEmbedded } from './start-embedded.ts';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
let service: RunningService;
beforeAll(async () => {
  service = await startEmbedded({ threads: 1 });
});
afterAll(() => service.stop());

const environment = () => ({ ...process.env, HOLDFAST_URL: service.url });

test('the example in plain shell trains a search that the command line submitted', async () => {
  const file = resolve(root, 'examples/external/knn.json');
  const submitted = await run(process.execPath, [holdfastBin, 'submit', file, '--quiet'], {
    env: environment(),
  });
  const search = submitted.stdout.trim();
  const script = resolve(root, 'examples/external/knn.sh');
  const shells = [search, search].map((id, n) =>
    run('sh', [script, id, `shell-${n}`], { env: environment() }),
  );
  for (const { stdout, stderr } of await Promise.all(shells)) {
    expect(stderr).toBe('');
    expect(stdout).toContain('The search is completed');
    expect(stdout).toContain('params.k');
  }
  const board = await service.client.getLeaderboard(search);
  expect(board).toMatchObject({ status: 'completed', uncertainty: { units: 150, trials: 12 } });
  // Petals are told apart to a quarter of a centimetre; one neighbour alone does worse.
  expect(board.items[0]!.score.mean).toBeLessThan(0.25);
  expect(board.items[0]!.params['k']).toBeGreaterThan(1);
});

/** Made of what a trainer was given alone: a valley in two dimensions that more epochs make deeper. */
function train({ params, seed, rows, resource }: TrainAnswer): { score: number; rowScores: number[] } {
  const [x, depth] = [Number(params['x']), Number(params['depth'])];
  const base = (x - 0.3) * (x - 0.3) + ((depth - 5) * (depth - 5)) / 50 + 1 / (resource?.until ?? 10);
  const rowScores = rows!.validation.map((row) => base + ((row * 7919 + seed) % 97) / 1000);
  return { score: rowScores.reduce((sum, value) => sum + value, 0) / rowScores.length, rowScores };
}

/** Each asker asks, the first one for as long as it takes; then they tell, the last one first. */
async function trainAll(spec: ExternalSpecInput, askers: number): Promise<Leaderboard> {
  const { client } = service;
  const { id } = await client.createSearch(spec);
  for (;;) {
    const first = await client.ask(id, { client: 'asker-0', waitSeconds: 20 });
    if (first.next === 'stop') return client.getLeaderboard(id, { limit: 100 });
    const others = Array.from({ length: askers - 1 }, (_, n) =>
      client.ask(id, { client: `asker-${n + 1}`, rows: true }),
    );
    const answers = [first, ...(await Promise.all(others))];
    for (const asked of answers.reverse()) if (asked.next === 'train') await client.tell(asked, train(asked));
  }
}

const spec: ExternalSpecInput = {
  trainer: 'external',
  rows: 60,
  objective: { metric: 'loss' },
  space: { x: { min: 0, max: 1 }, depth: { min: 1, max: 9, integer: true }, kind: ['a', 'b'] },
  crossValidation: { kind: 'plain', folds: 3 },
};

describe('one asker and five come to the same board', () => {
  test.each<[string, Partial<ExternalSpecInput>]>([
    [
      'tpe with a race',
      { strategy: { kind: 'tpe', trials: 16, lag: 3, startupTrials: 6 }, race: { kind: 'forgiving' } },
    ],
    ['hyperband', { strategy: { kind: 'hyperband' }, resource: { name: 'trees', max: 9 } }],
  ])('%s', async (_, strategy) => {
    const boards = [await trainAll({ ...spec, ...strategy }, 1), await trainAll({ ...spec, ...strategy }, 5)];
    expect(boards[0]!.status).toBe('completed');
    expect(boards[0]!.items.some(({ status }) => status === 'pruned')).toBe(true);
    expect(boards[1]!.digest).toBe(boards[0]!.digest);
  });
});
