import type { Dataset, Warning } from '@holdfast/contracts/dataset';
import type { Augmentation, Hyperparameters, Scaler } from '@holdfast/contracts/hyperparameters';
import type { PlacedMessage } from '@holdfast/contracts/json-pointer';
import type { ResolvedSearchSpec } from '@holdfast/contracts/search-spec';
import type { Space, Subspace } from '@holdfast/contracts/space';
import { imageSide, needsImages } from '@holdfast/core/preprocessing/augmentation';

type Given = { pointer: string; augmentation: Augmentation[]; noise: boolean; scalers: Scaler[] };

/**
 * Whether the augmentations of a resolved spec go with the data set: only square images of numbers can be shifted and turned.
 * Pixels that each have a scale of their own are warned of.
 */
export function checkAugmentation(
  { space, strategy }: Pick<ResolvedSearchSpec, 'space' | 'strategy'>,
  dataset: Pick<Dataset, 'features'>,
): { errors: PlacedMessage[]; warnings: Warning[] } {
  const named = strategy.kind === 'list' ? strategy.trials : [];
  const given = [
    ...spacesOf(space),
    ...named.map((trial, i) => ofTrial(trial as Hyperparameters, `/strategy/trials/${i}`)),
  ];
  return {
    errors: given.flatMap((one) => errorsOf(one, dataset)),
    warnings: given.some(scalesPixels) ? [pixelScales] : [],
  };
}

/** The same of one trial, at `pointer`. */
export function checkTrialAugmentation(
  params: Hyperparameters,
  dataset: Pick<Dataset, 'features'>,
  pointer: string,
): PlacedMessage[] {
  return errorsOf(ofTrial(params, pointer), dataset);
}

const pixelScales: Warning = {
  code: 'pixelScales',
  message:
    'Images are shifted or turned, and each pixel is scaled by itself: a bright one that comes to a place that is mostly dark becomes a very large number. { "kind": "maxAbs", "per": "all" } gives all of them one scale.',
};

function spacesOf(space: Space): Given[] {
  const one = (subspace: Subspace, pointer: string): Given => ({
    pointer: `${pointer}/augmentation`,
    augmentation: subspace.augmentation ?? [],
    noise: [subspace.noise ?? 0].flat().some((noise) => noise !== 0),
    scalers: [subspace.scaler ?? 'minMax'].flat() as Scaler[],
  });
  return Array.isArray(space)
    ? space.map((subspace, i) => one(subspace, `/space/${i}`))
    : [one(space, '/space')];
}

function ofTrial({ augmentation, noise, scaler }: Hyperparameters, pointer: string): Given {
  return {
    pointer: `${pointer}/augmentation`,
    augmentation: augmentation === undefined ? [] : [augmentation],
    noise: noise > 0,
    scalers: [scaler],
  };
}

function errorsOf(
  { pointer, augmentation, noise }: Given,
  { features }: Pick<Dataset, 'features'>,
): PlacedMessage[] {
  const errors: PlacedMessage[] = [];
  const blame = (message: string) => errors.push({ pointer, message });
  if (noise && augmentation.some((steps) => steps.some(({ kind }) => kind === 'noise'))) {
    blame('The space has "noise" too, which is the same. Give one of them.');
  }
  if (!augmentation.some(needsImages)) return errors;
  const { length } = features;
  const other = features.find(({ kind, missing }) => kind !== 'number' || missing !== undefined);
  if (imageSide(length) === null) {
    blame(
      `Only square images can be shifted and turned: 64 columns are one of 8 × 8 pixels, and this data set has ${length}. Use "noise", or leave out the columns that are no pixels when the data set is made.`,
    );
  } else if (other !== undefined) {
    const what = other.missing === undefined ? `a ${other.kind}` : 'a column with missing values';
    blame(
      `Only images can be shifted and turned, and ${JSON.stringify(other.name)} is ${what}, not a pixel. Use "noise".`,
    );
  }
  return errors;
}

function scalesPixels({ augmentation, scalers }: Given): boolean {
  return (
    augmentation.some(needsImages) &&
    scalers.some((scaler) => scaler === 'standard' || scaler === 'minMax' || scaler === 'maxAbs')
  );
}
