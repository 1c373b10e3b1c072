import type { Finding } from '@holdfast/contracts/diagnosis';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Scores } from '@holdfast/contracts/metrics';
import type { Curves } from '@holdfast/contracts/trial';
import { foldStatistics, meanOf } from '../statistics/fold-statistics.ts';
import type { Baseline } from './baseline.ts';
import { findTooGood, type LinearScores } from './find-too-good.ts';
import { lowestAt, type MeanCurves, meanCurves } from './mean-curves.ts';
import { around, lowerRates, moreEpochs, otherRates, scaledNetworks } from './suggest-space.ts';

export interface DiagnosedTrial {
  params: Hyperparameters;
  /** Those that have a result. */
  folds: readonly { validation: Scores | null; training: Scores | null; curves: Curves | null }[];
}

// What is said is meant to be worth acting on: each bound leaves room for the noise of some folds.
/** A loss above this share of what the class frequencies alone reach has learned nothing. */
const nothingLearned = 0.98;
/** A training loss above this share of it is high. */
const highLoss = 0.5;
/** As the board's `overfit`: loss gap and difference. */
const overfitGap = 0.1;
const overfitDifference = 0.01;
/** The validation loss has turned where it ends this much above its lowest. */
const turned = 0.02;
/** It still falls where the last fifth of the epochs took this share of it away. */
const stillFalling = 0.02;
/** And that much of what class frequencies alone reach: where all is learned, little is a large share of nothing. */
const leastFall = 0.005;

/**
 * What the figures of a trial say of it: one finding or several, each with its evidence and a space to try next; none
 * where nothing stands out. In the order in which they are best mended.
 * @param options.linear what a linear model scores on the same folds, where that is known
 */
export function diagnoseTrial(
  { params, folds }: DiagnosedTrial,
  baseline: Baseline,
  options: { earlyStopping: boolean; linear?: LinearScores | null },
): Finding[] {
  if (folds.length === 0) return [];
  const suspicion = findTooGood({ params, folds }, options.linear ?? null);
  return [...suspicion, ...diagnoseTraining({ params, folds }, baseline, options)];
}

function diagnoseTraining(
  { params, folds }: DiagnosedTrial,
  baseline: Baseline,
  options: { earlyStopping: boolean },
): Finding[] {
  const lost = folds.filter(({ training }) => (training?.loss ?? null) === null);
  if (lost.length > 0) return [diverged(params, folds, lost)];

  const training = meanOf(folds.map((fold) => fold.training?.loss ?? null));
  const validation = meanOf(folds.map((fold) => fold.validation?.loss ?? null));
  if (training === null || validation === null) return [];
  const masked = meanOf(folds.map((fold) => fold.curves?.masked?.trainingLoss ?? null));
  const figures = {
    trainingLoss: training,
    ...(masked !== null && { maskedTrainingLoss: masked }),
    validationLoss: validation,
    baselineLoss: baseline.loss,
  };
  const curves = meanCurves(folds.flatMap((fold) => fold.curves ?? []));
  const improving = curves !== null && !options.earlyStopping ? fallOf(curves, baseline) : 0;
  const continuing = improving >= stillFalling ? [stillImproving(params, curves!, improving)] : [];

  const accuracy = foldStatistics(folds.map((fold) => fold.validation?.accuracy ?? null));
  const trainingAccuracy = meanOf(folds.map((fold) => fold.training?.accuracy ?? null));
  if (hasLearnedNothing(figures, baseline, accuracy, trainingAccuracy)) {
    return [
      notLearning(params, {
        ...figures,
        ...(accuracy.mean !== null && {
          validationAccuracy: accuracy.mean,
          majorityShare: baseline.accuracy,
        }),
      }),
      ...continuing,
    ];
  }
  const difference = validation - training;
  if (validation > training * (1 + overfitGap) && difference > overfitDifference) {
    return [overfitting(params, figures, curves), ...continuing];
  }
  if (continuing.length > 0) return continuing;
  return training > highLoss * baseline.loss ? [capacityLow(params, figures)] : [];
}

function hasLearnedNothing(
  { trainingLoss }: { trainingLoss: number },
  baseline: Baseline,
  accuracy: { mean: number | null; standardError: number | null },
  trainingAccuracy: number | null,
): boolean {
  if (trainingLoss >= nothingLearned * baseline.loss) return true;
  if (baseline.accuracy === null || accuracy.mean === null || trainingAccuracy === null) return false;
  // With a low loss it has learned what the classes' odds are, if not which is the likelier.
  if (trainingLoss < highLoss * baseline.loss) return false;
  const bound = baseline.accuracy + (accuracy.standardError ?? 0);
  return accuracy.mean <= bound && trainingAccuracy <= baseline.accuracy + 0.02;
}

/** The share of the validation loss that the last fifth of the epochs took away, where it ends at its lowest. */
function fallOf(curves: MeanCurves, baseline: Baseline): number {
  const { epochs, validation } = curves;
  const last = validation.length - 1;
  if (last < 4 || lowestAt(curves) !== last) return 0;
  const from = epochs.findIndex((epoch) => epoch >= 0.8 * epochs[last]!);
  if (from >= last) return 0;
  const fall = validation[from]! - validation[last]!;
  return fall < leastFall * baseline.loss ? 0 : fall / validation[from]!;
}

function diverged(
  params: Hyperparameters,
  folds: DiagnosedTrial['folds'],
  lost: DiagnosedTrial['folds'],
): Finding {
  const ends = lost.flatMap(({ curves }) => {
    const at = curves?.trainingLoss.indexOf(null) ?? -1;
    return at < 0 ? [] : [curves!.epochs[at]!];
  });
  return {
    code: 'diverged',
    message: `The training grew beyond all numbers on ${lost.length} of ${folds.length} folds.`,
    evidence: {
      folds: folds.length,
      diverged: lost.length,
      epoch: ends.length === 0 ? null : Math.min(...ends),
    },
    suggestion: {
      message: 'Take a lower learning rate.',
      space: around(params, { learningRate: lowerRates(params) }),
    },
  };
}

function notLearning(params: Hyperparameters, evidence: Finding['evidence']): Finding {
  return {
    code: 'notLearning',
    message:
      'It knows no more than how frequent the classes are: neither the loss nor the score is better than that, on the rows that it was trained on either.',
    evidence,
    suggestion: {
      message: 'Try other learning rates and a larger network, without penalties.',
      space: around(params, {
        hiddenLayers: scaledNetworks(params, [2, 4]),
        learningRate: otherRates(params),
        ...withoutPenalties(params),
      }),
    },
  };
}

function capacityLow(params: Hyperparameters, evidence: Finding['evidence']): Finding {
  return {
    code: 'capacityLow',
    message:
      'The training loss is high, and the validation loss no higher: the network is too small or held back too much, or the features say no more.',
    evidence,
    suggestion: {
      message: 'Try larger networks with less penalty; logistic regression tells how much of it is simple.',
      space: around(params, {
        hiddenLayers: scaledNetworks(params, [2, 4, 16]),
        ...withoutPenalties(params),
      }),
    },
  };
}

function overfitting(
  params: Hyperparameters,
  figures: Finding['evidence'],
  curves: MeanCurves | null,
): Finding {
  const lowest = curves === null ? -1 : lowestAt(curves);
  const isTurned =
    curves !== null &&
    lowest < curves.epochs.length - 1 &&
    curves.validation.at(-1)! > curves.validation[lowest]! * (1 + turned);
  const sinceEpoch = isTurned ? curves.epochs[lowest]! : null;
  const hasDropout = typeof params.dropout === 'object' || params.dropout > 0;
  const since = isTurned ? `, and the validation loss has risen since epoch ${sinceEpoch}` : '';
  return {
    code: 'overfitting',
    message: `It knows the rows that it was trained on better than others${since}.${hasDropout ? ' The training figures are those without dropout; with it the validation loss lies below those of the training as a rule.' : ''}`,
    evidence: {
      ...figures,
      sinceEpoch,
      lowestValidationLoss: isTurned ? curves.validation[lowest]! : null,
    },
    suggestion: {
      message: isTurned
        ? 'Stop earlier, or try a smaller network, L2 and dropout; more rows help most.'
        : 'Try a smaller network, L2 and dropout; more rows help most.',
      space: around(params, {
        hiddenLayers: params.hiddenLayers.length === 0 ? [[]] : scaledNetworks(params, [0.5, 0.25]),
        ...(sinceEpoch !== null && { epochs: [...new Set([params.epochs, sinceEpoch])] }),
        // Where it has a penalty of its own for weights, that is the one that counts.
        [params.l2Weights === undefined ? 'l2' : 'l2Weights']: [0.0001, 0.001, 0.01],
        ...(params.hiddenLayers.length > 0 && { dropout: [0, 0.2] }),
      }),
    },
  };
}

function stillImproving(params: Hyperparameters, { epochs, validation }: MeanCurves, fall: number): Finding {
  return {
    code: 'stillImproving',
    message: `The validation loss was still falling at epoch ${epochs.at(-1)!}, where the training ended.`,
    evidence: { epochs: epochs.at(-1)!, validationLoss: validation.at(-1)!, fallInLastFifth: fall },
    suggestion: {
      message: 'Train for more epochs.',
      space: around(params, { epochs: [...new Set([moreEpochs(params, 3), moreEpochs(params, 10)])] }),
    },
  };
}

/** None of them, where there is one. */
function withoutPenalties(params: Hyperparameters): Finding['suggestion']['space'] {
  const names = ['l1', 'l2', 'l1Weights', 'l2Weights', 'l1Biases', 'l2Biases'] as const;
  const penalties = names.flatMap((name) => (params[name] ? [[name, 0]] : []));
  return { ...Object.fromEntries(penalties), ...(params.dropout !== 0 && { dropout: 0 }) };
}
