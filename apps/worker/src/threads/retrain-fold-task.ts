import type { TrainFoldTask } from './train-fold-task.ts';

/** A fold run once more, in one go. */
export type RetrainFoldTask = Omit<TrainFoldTask, 'untilEpoch' | 'checkpoint' | 'baselineSeed'>;

/** `diverged`: there is no model; `failed` is the training's own error. */
export type RetrainFoldAnswer =
  | {
      status: 'completed';
      /** See `encodeModel`. */
      bytes: Uint8Array;
      digest: string;
      /** Of the validation rows, as `CompletedFold`. */
      predictions: Float32Array | null;
      engine: string;
      seconds: number;
    }
  | { status: 'cancelled' }
  | { status: 'diverged'; reason: string }
  | { status: 'failed'; reason: string };
