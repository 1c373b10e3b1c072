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
  json?: boolean;
}

/** `holdfast try`: a service of its own, a search, a report. Gives the exit code. */
export function runTry(path: string, file: Blob, options: TryOptions): Promise<number> {
  progressOf(options).write('Starting a service of its own …\n');
  return onTemporaryService((client, signal) => searchAndReport(client, signal, { path, file, ...options }));
}

async function searchAndReport(
  client: HoldfastClient,
  signal: AbortSignal,
  { path, file, target, task, out, json = false, ...search }: TryOptions & { path: string; file: Blob },
): Promise<number> {
  const progress = progressOf({ json });
  const say = (line: string) => progress.write(`${line}\n`);
  const dataset = await addWithTask(client, { name: basename(path), target, task, file }, say);
  for (const { message } of dataset.leaks.warnings) say(`Note: ${message}`);
  const { train, test } = dataset.rows;
  const guessed = task === undefined ? ' (another? --task)' : '';
  say(`${dataset.task} of ${target}${guessed}: ${train} training rows, ${test} locked away`);
  const { id } = await client.createSearch(sensibleSearch(dataset, search));
  const ended = await watchSearch(client, id, progress, signal);
  if (signal.aborted) return exitCodes.interrupted;
  const board = await wholeBoard(client, id);
  const best = board.items.filter(({ rank }) => rank !== null).slice(0, 6);
  const trials = await Promise.all(best.map(({ trial }) => client.getTrial(id, trial)));
  const importance = await client.getImportance(id);
  await writeFile(out, reportHtml({ dataset, search: ended, board, trials, importance }));
  say(`\n${leaderboardTable(board, 10)}\n\nThe report is in ${out}`);
  const model = board.recommended === null ? [] : await keepModel(client, id, out, { signal, say });
  if (json) {
    const { status } = ended;
    process.stdout.write(
      `${JSON.stringify({ status, report: out, model, digest: board.digest, best: best[0] ?? null })}\n`,
    );
  }
  return ended.status === 'completed' ? exitCodes.ok : exitCodes.searchFailed;
}

/** Where whoever waits can see how far it is. */
const progressOf = ({ json }: Pick<TryOptions, 'json'>) => (json ? process.stderr : process.stdout);

/** The recommended trial, trained on all training rows, beside the report. Gives the files. */
async function keepModel(
  client: HoldfastClient,
  search: string,
  out: string,
  { signal, say }: { signal: AbortSignal; say: (line: string) => void },
): Promise<string[]> {
  const { id } = await client.createModel(search);
  const model = await client.waitForModel(id, signal);
  if (model.status !== 'completed') {
    process.stderr.write(`The final model could not be trained: ${model.reason}\n`);
    return [];
  }
  const base = out.replace(/\.html?$/i, '');
  const files = [`${base}.model.json`, `${base}.model.onnx`] as const;
  await writeFile(files[0], JSON.stringify(await client.getModelArtifact(id)));
  await writeFile(files[1], await client.getModelOnnx(id));
  say(`The model (trial ${model.trial}, trained on all training rows) is in ${files[0]} and .onnx`);
  return [...files];
}
