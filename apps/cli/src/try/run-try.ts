import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import type { Task } from '@holdfast/contracts/metrics';
import { exitCodes } from '../command/exit-codes.ts';
import { isThere } from '../command/is-there.ts';
import { onTemporaryService } from '../serve/temporary-service.ts';
import { Waiting } from '../terminal/waiting.ts';
import { wrapText } from '../terminal/wrap-text.ts';
import { wholeBoard } from '../transfer/whole-board.ts';
import { boardNotes } from '../watch/board-notes.ts';
import { leaderboardTable } from '../watch/leaderboard-table.ts';
import { watchSearch } from '../watch/watch-search.ts';
import { addWithTask } from './add-with-task.ts';
import { reportHtml } from './report-html.ts';
import { sensibleSearch } from './sensible-search.ts';

export interface TryOptions {
  target: string;
  task?: Task;
  drop?: string[];
  trials: number;
  epochs: number;
  seed: number;
  out: string;
  json?: boolean;
}

/** Warnings of columns that one may want to leave out. */
const ofColumns = new Set(['targetInFeatures', 'constantFeatures', 'rowNumber', 'identifiers']);

/** `holdfast try`: a service of its own, a search, a report. Gives the exit code. */
export function runTry(path: string, file: Blob, options: TryOptions): Promise<number> {
  const out = progressOf(options);
  out.write('Starting a service of its own …\n');
  return onTemporaryService(out, (client, signal) =>
    searchAndReport(client, signal, { path, file, ...options }),
  );
}

async function searchAndReport(
  client: HoldfastClient,
  signal: AbortSignal,
  {
    path,
    file,
    target,
    task,
    drop: asked = [],
    out,
    json = false,
    ...search
  }: TryOptions & { path: string; file: Blob },
): Promise<number> {
  const progress = progressOf({ json });
  const say = (line: string) => progress.write(`${line}\n`);
  const upload = { name: basename(path), target, task, drop: asked, file };
  const { dataset, drop } = await addWithTask(client, upload, say);
  const { warnings } = dataset.leaks;
  for (const { message } of warnings) say(wrapText(`Note: ${message}`, { indent: 6 }));
  if (warnings.some(({ code }) => ofColumns.has(code))) say('      Columns are left out with --drop.');
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
  const replaced = (await isThere(out)) ? ', in place of the one that was there' : '';
  const writeReport = (files: readonly string[]) =>
    writeFile(out, reportHtml({ dataset, drop, search: ended, board, trials, importance, files }));
  await writeReport([]);
  const notes = boardNotes(board).map((note) => `${wrapText(note, { indent: 2 })}\n`);
  say(`\n${leaderboardTable(board, 10)}\n\n${notes.join('')}\nThe report is in ${out}${replaced}`);
  const model = board.recommended === null ? [] : await keepModel(client, id, out, { signal, progress });
  if (model.length > 0) await writeReport(model);
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
  { signal, progress }: { signal: AbortSignal; progress: NodeJS.WriteStream },
): Promise<string[]> {
  const waiting = new Waiting(progress);
  const { id } = await client.createModel(search);
  waiting.step('Training the recommended trial on all training rows');
  const model = await client.waitForModel(id, signal).finally(() => waiting.end());
  if (model.status !== 'completed') {
    process.stderr.write(`The final model could not be trained: ${model.reason}\n`);
    return [];
  }
  const base = out.replace(/\.html?$/i, '');
  const files = [`${base}.model.json`, `${base}.model.onnx`] as const;
  await writeFile(files[0], JSON.stringify(await client.getModelArtifact(id)));
  await writeFile(files[1], await client.getModelOnnx(id));
  const [artifact, onnx] = files;
  progress.write(
    `The model (trial ${model.trial}, trained on all training rows) is in\n  ${artifact}\n  ${onnx}\n`,
  );
  return [...files];
}
