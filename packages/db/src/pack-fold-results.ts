import type { FoldRunKey } from '@holdfast/contracts/jobs';
import { bytesOf } from './byte-chunks.ts';
import type { FoldResultInput } from './fold-runs.ts';
import { toStrictJson } from './strict-json.ts';

/** A result as it is handed to the database: checked, and written out once. */
export interface PackedFoldResult {
  /** One object, as `accept_fold_results` reads it. */
  json: string;
  predictions: Buffer;
  checkpoint: Uint8Array;
}

const none = Buffer.alloc(0);

/** @throws RangeError for a figure that is not finite */
export function packFoldResult(
  { trial, repeat, fold, attempt }: FoldRunKey & { attempt: number },
  result: FoldResultInput,
): PackedFoldResult {
  for (const [name, value] of Object.entries({ seconds: result.seconds, epochs: result.epochs })) {
    if (!Number.isFinite(value)) throw new RangeError(`result: ${name} is ${value}.`);
  }
  const { validation, training, confusion, curves } = result;
  const predictions = result.predictions ? bytesOf(result.predictions) : none;
  const checkpoint = result.checkpoint ?? none;
  const figures = JSON.stringify({
    trial,
    repeat,
    fold,
    attempt,
    reason: result.reason,
    seed: result.seed,
    engine: result.engine,
    engineVersion: result.engineVersion,
    epochs: result.epochs,
    trainingRows: result.rows.training,
    validationRows: result.rows.validation,
    seconds: result.seconds,
    startedAt: result.startedAt,
    finishedAt: result.finishedAt,
    predictionsBytes: predictions.length,
    checkpointBytes: checkpoint.length,
  });
  const documents = Object.entries({ validation, training, confusion, curves }).map(
    ([name, value]) => `,"${name}":${toStrictJson(value, name)}`,
  );
  return { json: `${figures.slice(0, -1)}${documents.join('')}}`, predictions, checkpoint };
}
