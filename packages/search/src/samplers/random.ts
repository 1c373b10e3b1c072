import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Space } from '@holdfast/contracts/space';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { createStream, type Stream } from '@holdfast/numeric/stream';
import { uniform } from '@holdfast/numeric/uniform';
import { type FreeSpaces, spacesOf } from '../space/dimensions.ts';
import { chooseIndex, type Draw, sampleTrial } from '../space/sample.ts';
import { checkTrialNumber, type Sampler } from './sampler.ts';

/**
 * Draws every trial at random, independently: of a union first one of its spaces, each as likely as the next, then each
 * dimension. Trial n takes draw n of a stream that each dimension has by its name, so that a dimension more or less
 * changes no other dimension's draws.
 * @param seed the search's.
 */
export function createRandomSampler<Params extends TrialParams = Hyperparameters>(
  space: Space | FreeSpaces,
  seed: number,
  trials: number,
): Sampler<Params> {
  const subspaces = spacesOf(space);
  const streams = new Map<string, Stream>();
  const stream = (name: string, what: string): Stream => {
    const key = `${name}/${what}`;
    let found = streams.get(key);
    if (!found) {
      found = createStream(deriveSeed(seed, 'sampling', name, what), 'sampling');
      streams.set(key, found);
    }
    return found;
  };
  return {
    trials,
    propose(n) {
      checkTrialNumber(n, trials);
      const draw: Draw = (name, what) => uniform(stream(name, what), n);
      const index =
        subspaces.length === 1 ? 0 : chooseIndex(uniform(stream('space', 'choice'), n), subspaces.length);
      return sampleTrial(subspaces[index]!, draw) as Params;
    },
  };
}
