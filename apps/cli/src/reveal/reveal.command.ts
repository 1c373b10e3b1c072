import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import type { BoardWindow } from '@holdfast/contracts/board-window';
import type { Dataset } from '@holdfast/contracts/dataset';
import type { Reveal } from '@holdfast/contracts/reveal';
import type { Search } from '@holdfast/contracts/search';
import { InvalidArgumentError } from 'commander';
import { type ClientOptions, clientCommand, connect } from '../command/client-command.ts';
import { exitCodes } from '../command/exit-codes.ts';
import { resolveSearch, searchArgument } from '../searches/resolve-search.ts';
import { confirmReveal } from './confirm-reveal.ts';
import { describeOrder } from './describe-order.ts';
import { describeReveals } from './describe-reveals.ts';
import { followReveal } from './follow-reveal.ts';

interface RevealOptions extends ClientOptions {
  trials?: number[];
  confirm?: string;
  yes?: boolean;
}

export const revealCommand = () =>
  clientCommand('reveal SEARCH', 'test trials on the locked rows: spends a budget that does not come back')
    .argument('<search>', searchArgument)
    .option('--trials <list>', 'their numbers, with commas (default: the recommended one)', trialList)
    .option('--confirm <name>', 'the search’s name: confirms without a question')
    .option('-y, --yes', 'ask nothing')
    .addHelpText(
      'after',
      `
Says what will be tested and what it costs, and asks for the search’s name;
where no terminal is, --confirm or --yes is needed. The search must be over.
Ctrl-C after that leaves the reveal under way: "holdfast reveals" shows what
came of it.

Examples:
  $ holdfast reveal latest
  $ holdfast reveal latest --trials 3,5 --confirm "Iris grid"
  $ holdfast reveal latest --yes --json | jq .trials[0].test`,
    )
    .action(async (given: string, options: RevealOptions) => {
      const client = connect(options);
      process.exitCode = await reveal(client, await resolveSearch(client, given), options);
    });

/** @returns the exit code */
async function reveal(client: HoldfastClient, id: string, options: RevealOptions): Promise<number> {
  const search = await client.getSearch(id);
  if (search.trainer === 'external' || search.dataset === null) {
    process.stderr.write(
      `${id} has a trainer of its own: its models are not here, so that locked rows can say nothing of them.\n`,
    );
    return exitCodes.refused;
  }
  const dataset = await client.getDataset(search.dataset);
  const trials = options.trials ?? (await recommended(client, id));
  const refusal = refuse(search, dataset, trials);
  if (refusal !== null) {
    const seen = await client.listReveals(id);
    process.stderr.write(`${refusal}\n${seen.length === 0 ? '' : `${describeReveals(seen, dataset)}\n`}`);
    return exitCodes.refused;
  }
  const board = await boardOf(client, dataset, id, trials);
  process.stderr.write(`${describeOrder({ search, dataset, trials, board })}\n`);
  const confirmed = await confirmReveal(search.name, options);
  if (!confirmed) {
    process.stderr.write('Nothing was revealed.\n');
    return confirmed === null ? exitCodes.interrupted : exitCodes.failed;
  }
  const made = await orderAndFollow(client, id, options.trials);
  if (made === null) return exitCodes.interrupted;
  process.stdout.write(
    options.json
      ? `${JSON.stringify(made)}\n`
      : `${describeReveals([made], await client.getDataset(dataset.id))}\n`,
  );
  if (made.status === 'completed' && !options.json) {
    const first = made.trials.length === 1 ? ` --trial ${made.trials[0]!.trial}` : ' --trial N';
    process.stderr.write(`\nThe model that was tested:\n  holdfast model create ${id}${first}\n`);
  }
  return made.status === 'completed' ? exitCodes.ok : exitCodes.failed;
}

/** @returns `null` where Ctrl-C ended the waiting */
async function orderAndFollow(
  client: HoldfastClient,
  id: string,
  trials: readonly number[] | undefined,
): Promise<Reveal | null> {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const ordered = await client.createReveal(id, trials);
    return await followReveal(client, ordered, { out: process.stderr, signal: stopping.signal });
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** Why nothing can be tested, before anybody is asked to confirm it; the service decides all the same. */
function refuse(search: Search, { name, test }: Dataset, trials: readonly number[]): string | null {
  if (['queued', 'running', 'paused'].includes(search.status))
    return `The search is ${search.status}: what the test shows must not steer it. Wait until it is over, or cancel it.`;
  if (!test.locked) return `The data set ${name} has no locked test rows: there is nothing to reveal.`;
  if (trials.length === 0) return 'No trial has a score: there is none to be tested.';
  const left = test.revealBudget - test.revealsUsed;
  if (trials.length <= left) return null;
  return `The budget of the test rows of ${name} is ${test.revealBudget}, ${test.revealsUsed} of it used; this would take ${trials.length}. What they were used for: holdfast ledger show --dataset ${search.dataset}`;
}

async function recommended(client: HoldfastClient, id: string): Promise<number[]> {
  const board = await client.getLeaderboard(id, { limit: 1 });
  return board.recommended === null ? [] : [board.recommended.trial];
}

function boardOf(
  client: HoldfastClient,
  { test }: Dataset,
  id: string,
  trials: readonly number[],
): Promise<BoardWindow> {
  const metric = test.protocol === 'ladder' ? 'accuracy' : undefined;
  return client.getBoardWindow(id, { metric, where: [`trial:${trials.join('|')}`], limit: 100 });
}

function trialList(text: string): number[] {
  const trials = text.split(',').map((part) => Number(/^\s*\d{1,9}\s*$/.test(part) ? part : Number.NaN));
  if (trials.some(Number.isNaN)) throw new InvalidArgumentError('It must be numbers of trials, as 3 or 3,5.');
  return trials;
}
