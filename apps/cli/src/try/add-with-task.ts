import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import { HttpError } from '@holdfast/client/http-error';
import type { Dataset } from '@holdfast/contracts/dataset';
import type { Task } from '@holdfast/contracts/metrics';
import { suggestedMends } from '../datasets/suggested-mends.ts';
import { wrapText } from '../terminal/wrap-text.ts';

interface Upload {
  name: string;
  target: string;
  task: Task | undefined;
  /** Columns to leave out from the start. */
  drop: readonly string[];
  file: Blob;
}

/** A target of numbers with more values than this is taken for a quantity. */
const mostClasses = 20;

/**
 * Uploads a file. Where no task is given it is classification, unless the target holds numbers of which there are more than 20
 * or too few rows of each: then regression. Columns that are no features, as ids and names are none, and rows without a target are left out, and `say` is told.
 * @returns the data set, and the columns that were left out of it
 */
export async function addWithTask(
  client: HoldfastClient,
  { name, target, task, drop: asked, file }: Upload,
  say: (line: string) => void,
): Promise<{ dataset: Dataset; drop: string[] }> {
  const drop = [...asked];
  let rowsWithoutTarget = 'refuse';
  const upload = async (chosen: Task): Promise<Dataset> => {
    const send = () =>
      client.uploadDataset({ name, target, task: chosen, drop, rowsWithoutTarget }, file, name);
    try {
      return await send();
    } catch (error) {
      const mends = suggestedMends(error);
      if (mends.length === 0) throw error;
      for (const mend of mends) {
        drop.push(...mend.drop);
        if (mend.leaveOutRows) rowsWithoutTarget = 'leaveOut';
        say(
          wrapText(`Left out ${mend.leaveOutRows ? 'rows' : mend.drop.join(', ')}: ${mend.reason}`, {
            indent: 2,
          }),
        );
      }
      return send();
    }
  };
  if (task !== undefined) return { dataset: await upload(task), drop };
  let dataset: Dataset;
  try {
    dataset = await upload('classification');
  } catch (error) {
    if (!(error instanceof HttpError) || error.status !== 422) throw error;
    dataset = await upload('regression').catch(() => {
      // What is wrong with it as a classification is what is wrong with it.
      throw error;
    });
    return { dataset, drop };
  }
  if (dataset.classes.length <= mostClasses || !dataset.classes.every(isNumber)) return { dataset, drop };
  await client.deleteDataset(dataset.id);
  return { dataset: await upload('regression'), drop };
}

const isNumber = (text: string) => text.trim() !== '' && Number.isFinite(Number(text));
