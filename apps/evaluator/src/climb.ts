import type { LadderAnswer } from '@holdfast/contracts/reveal';
import { climbLadder, emptyLadder, type LadderState } from '@holdfast/search/ladder/ladder';

/** A submission: who it is, and its losses on the test rows; `null` where its training diverged. */
export interface Submission {
  leader: NonNullable<LadderAnswer['leader']>;
  losses: readonly number[] | null;
}

/** The submission that a ladder shows, as `score`. */
interface Leading extends Submission {
  score: number;
}

/**
 * What a ladder answers to submissions, one after the other.
 * @param leading `null` where it shows none
 */
export function climb(leading: Leading | null, submissions: readonly Submission[]): LadderAnswer[] {
  let state = stateOf(leading);
  let leader = leading?.leader ?? null;
  return submissions.map((submission) => {
    const before = state;
    if (submission.losses !== null) state = climbLadder(state, submission.losses);
    // What is not better leaves the losses as they are, and an equal one is not better.
    const improved = state.losses !== before.losses;
    if (improved) leader = submission.leader;
    return { score: scoreOf(state), improved, leader };
  });
}

function stateOf(leading: Leading | null): LadderState {
  if (leading === null) return emptyLadder;
  const { losses, score } = leading;
  if (losses === null) throw new RangeError('The leader of the ladder has no losses.');
  return { best: Math.round((1 - score) * losses.length) / losses.length, losses };
}

/** Accuracy, as the share of rows that it is. */
function scoreOf({ best, losses }: LadderState): number | null {
  return best === null ? null : (losses.length - Math.round(best * losses.length)) / losses.length;
}
