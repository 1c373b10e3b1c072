/** Thrown inside a training to end it; the training functions turn it into `{ status: 'cancelled' }`. */
export class TrainingCancelled extends Error {
  constructor() {
    super('The training was cancelled');
    this.name = 'TrainingCancelled';
  }
}

/** Multiply-adds between two questions to `isCancelled`: some 5 to 10 ms of the slowest engine. */
const WORK_BETWEEN_CHECKS = 4_000_000;

/** Rows to work on between two questions, for a network of `weights` parameters whose rows take `passes` products. */
export function rowsBetweenChecks(weights: number, passes: number): number {
  return Math.max(1, Math.floor(WORK_BETWEEN_CHECKS / (weights * passes)));
}

export function throwIfCancelled(isCancelled: (() => boolean) | undefined): void {
  if (isCancelled?.()) throw new TrainingCancelled();
}

/** Runs a training; a cancelled one becomes `{ status: 'cancelled' }`. */
export function orCancelled<T>(train: () => T): T | { status: 'cancelled' } {
  try {
    return train();
  } catch (error) {
    if (error instanceof TrainingCancelled) return { status: 'cancelled' };
    throw error;
  }
}
