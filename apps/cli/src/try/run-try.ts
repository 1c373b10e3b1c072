import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import type { Task } from '@holdfast/contracts/metrics';
import { exitCodes } from '../command/exit-codes.ts';
import { onTemporaryService } from '../serve/temporary-service.ts';
import { wholeBoard } from '../transfer/whole-board.ts';
import { leaderboardTable } from '../watch/leaderboard-table.ts';
import { watchSearch } from '../watch/watch-search.ts';
import { addWithTask } from './add-with-task.ts';
import { reportHtml } from './report-html.ts';
import { sensibleSearch } from './sensible-search.ts';

export interface TryOptions {
  target: string;
  task?: Task;
  trials: number;
  epochs: number;
  seed: number;
  out: string;
}

/** `holdfast try`: a service of its own, a search, a report. Gives the exit code. */
export function runTry(path: string, file: Blob, options: TryOptions): Promise<number> {
  process.stdout.write('Starting a service of its own …\n');
  return onTemporaryService((client, signal) => searchAndReport(client, signal, { path, file, ...options }));
}

async function searchAndReport(
  client: HoldfastClient,
  signal: AbortSignal,
  { path, file, target, task, out, ...search }: TryOptions & { path: string; file: Blob },
): Promise<number> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const dataset = await addWithTask(client, { name: basename(path), target, task, file }, say);
  for (const { message } of dataset.leaks.warnings) say(`Note: ${message}`);
  const { train, test } = dataset.rows;
  const guessed = task === undefined ? ' (another? --task)' : '';
  process.stdout.write(
    `${dataset.task} of ${target}${guessed}: ${train} training rows, ${test} locked away\n`,
  );
  const { id } = await client.createSearch(sensibleSearch(dataset, search));
  const ended = await watchSearch(client, id, process.stdout, signal);
  if (signal.aborted) return exitCodes.interrupted;
  const board = await wholeBoard(client, id);
  const best = board.items.filter(({ rank }) => rank !== null).slice(0, 6);
  const trials = await Promise.all(best.map(({ trial }) => client.getTrial(id, trial)));
  const importance = await client.getImportance(id);
  await writeFile(out, reportHtml({ dataset, search: ended, board, trials, importance }));
  process.stdout.write(`\n${leaderboardTable(board, 10)}\n\nThe report is in ${out}\n`);
  if (board.recommended !== null) await keepModel(client, id, out, signal);
  return ended.status === 'completed' ? exitCodes.ok : exitCodes.searchFailed;
}

/** The recommended trial, trained on all training rows, beside the report. */
async function keepModel(client: HoldfastClient, search: string, out: string, signal: AbortSignal) {
  const { id } = await client.createModel(search);
  const model = await client.waitForModel(id, signal);
  if (model.status !== 'completed') {
    process.stderr.write(`The final model could not be trained: ${model.reason}\n`);
    return;
  }
  const base = out.replace(/\.html?$/i, '');
  await writeFile(`${base}.model.json`, JSON.stringify(await client.getModelArtifact(id)));
  await writeFile(`${base}.model.onnx`, await client.getModelOnnx(id));
  process.stdout.write(
    `The model (trial ${model.trial}, trained on all training rows) is in ${base}.model.json and .onnx\n`,
  );
}
