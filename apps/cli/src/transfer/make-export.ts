import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import { isExternal } from '@holdfast/contracts/any-spec';
import type { Dataset } from '@holdfast/contracts/dataset';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Search } from '@holdfast/contracts/search';
import { holdfastVersion } from '@holdfast/contracts/versions';
import type { ExportFile } from './export-file.ts';
import { trainingCsv } from './training-csv.ts';
import { wholeBoard } from './whole-board.ts';

/** @throws Error for a search that cannot be repeated elsewhere, with the reason */
export async function makeExport(
  client: HoldfastClient,
  id: string,
  { withData }: { withData: boolean },
): Promise<ExportFile> {
  const search = await client.getSearch(id);
  const { spec } = search;
  if (isExternal(spec))
    throw new Error(`${search.id} was trained elsewhere: its data and trainer are not here.`);
  const dataset = await client.getDataset(spec.dataset);
  const obstacle = obstacleTo(search, dataset, withData);
  if (obstacle !== null) throw new Error(`${search.id} cannot be repeated elsewhere: ${obstacle}`);
  const planned = await client.planSearch(spec);
  const ownTrials: ExportFile['ownTrials'] = [];
  for (let number = planned.trials; number < search.progress.trials.total; number++) {
    const { params, note } = await client.getTrial(id, number);
    // Of a search of networks.
    ownTrials.push({ params: params as Hyperparameters, note });
  }
  return {
    format: 'holdfast-export-1',
    holdfastVersion,
    numericsVersion: search.numericsVersion,
    dataset: {
      name: dataset.name,
      digest: dataset.digest,
      task: dataset.task,
      target: dataset.target,
      columns: Object.fromEntries(dataset.features.map((feature) => [feature.name, columnOf(feature)])),
      group: dataset.group,
      time: dataset.time,
      csv: withData ? await trainingCsv(client, dataset) : null,
    },
    name: search.name,
    spec,
    ownTrials,
    board: await wholeBoard(client, id),
  };
}

function columnOf({ kind, missing }: Dataset['features'][number]): Record<string, string> {
  return { kind, ...(missing && { missing: missing.filledWith }) };
}

function obstacleTo(
  { status, repeatable, parent, spec }: Search,
  { group, time }: Dataset,
  withData: boolean,
): string | null {
  if (status !== 'completed') return `it is ${status}. Wait until it is completed.`;
  if (!repeatable) return 'its results depend on when something happened (maxSeconds, say).';
  if (parent !== null) return `its board counts the trials of ${parent}, which it refines. Export that one.`;
  if (spec.strategy.kind === 'tpe' && spec.strategy.warmStart.length > 0) {
    return 'it began with the trials of other searches (warmStart).';
  }
  const column = group ?? time;
  if (column !== null && withData) {
    return `its folds follow the column ${column}, which is in no answer of the API. Leave the rows out by --no-data, and add the same file where it is repeated, with --${group === null ? 'time' : 'group'} ${column}.`;
  }
  return null;
}
