import { setImmediate as nextTurn } from 'node:timers/promises';

/** The thread does something else in between after so long. */
const turnMs = 15;

/** Runs a computation that yields, and lets others have their turn. */
export async function inTurns<Result>(steps: Generator<void, Result>): Promise<Result> {
  let began = performance.now();
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() - began < turnMs) continue;
    await nextTurn();
    began = performance.now();
  }
}
