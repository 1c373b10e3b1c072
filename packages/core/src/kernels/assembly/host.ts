/**
 * What the kernels ask of the engine around them: seldom, so that a call costs nothing beside the work between.
 */

/** 1 where the training is to end. */
export declare function askCancelled(): i32;
/** Writes the numbers of the update to come (SCALARS) for that step. */
export declare function writeScalars(step: u32): void;
/** Writes given dropout masks (MASKS) of a layer for the rows from `position` on of that step's batch. */
export declare function writeMasks(step: u32, layer: i32, position: i32, rows: i32): void;

/** Multiply-adds between two questions: one to ten milliseconds. */
const BETWEEN_QUESTIONS: i64 = 20_000_000;

let unasked: i64 = 0;
let stopped = false;

/** Asks at the next opportunity, whatever was asked before. */
export function beginAsking(): void {
  unasked = BETWEEN_QUESTIONS;
  stopped = false;
}

/** Counts work that comes next; whether to leave it, since the training is cancelled. */
export function isStopped(multiplyAdds: i64): bool {
  if (stopped) return true;
  unasked += multiplyAdds;
  if (unasked < BETWEEN_QUESTIONS) return false;
  unasked = 0;
  stopped = askCancelled() !== 0;
  return stopped;
}
