import type { Finding } from '@holdfast/contracts/diagnosis';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';

type SpaceOf = Finding['suggestion']['space'];

const mostUnits = 65_536;
const mostEpochs = 1_000_000;

/** The space of one trial, with some of its values replaced. */
export function around(params: Hyperparameters, change: SpaceOf): SpaceOf {
  return { ...(params as unknown as SpaceOf), hiddenLayers: [params.hiddenLayers], ...change };
}

/** Networks of so many times the units, the trial's own first; of none, one layer. */
export function scaledNetworks({ hiddenLayers }: Hyperparameters, factors: readonly number[]): number[][] {
  if (hiddenLayers.length === 0) return [[], [32], [128]];
  const scaled = factors.map((factor) =>
    hiddenLayers.map((units) => Math.min(mostUnits, Math.max(1, Math.round(units * factor)))),
  );
  const distinct = new Map([hiddenLayers, ...scaled].map((network) => [network.join(), network]));
  return [...distinct.values()];
}

/** The rates that are tried where nothing is known, see docs/spaces.md. */
function usualRates({ optimizer }: Hyperparameters): { min: number; max: number } {
  return optimizer === 'sgd' || optimizer === 'adagrad' ? { min: 0.01, max: 1 } : { min: 0.001, max: 0.1 };
}

/** The usual rates, and from a tenth of the trial's to ten times it where that lies among them. */
export function otherRates(params: Hyperparameters): SpaceOf[string] {
  const { min, max } = usualRates(params);
  const { learningRate } = params;
  const isUsual = learningRate >= min / 10 && learningRate <= max * 10;
  return {
    min: isUsual ? Math.min(min, learningRate / 10) : min,
    max: isUsual ? Math.max(max, learningRate * 10) : max,
    scale: 'log',
    points: 5,
  };
}

/** Rates below the trial's, usual ones where there are any. */
export function lowerRates(params: Hyperparameters): SpaceOf[string] {
  const { min, max } = usualRates(params);
  const highest = Math.min(max, params.learningRate / 3);
  return { min: highest > min ? min : highest / 1000, max: highest, scale: 'log', points: 5 };
}

export function moreEpochs({ epochs }: Hyperparameters, factor: number): number {
  return Math.min(mostEpochs, epochs * factor);
}
