import type { Task } from '@holdfast/contracts/metrics';
import type { CrossValidation, ResolvedSearchSpec } from '@holdfast/contracts/search-spec';
import { deriveSeed } from '@holdfast/numeric/derive-seed';

/** Of the contract. */
const nameLimit = 200;

/** 52 bits of a hash, so that JSON carries it. */
function seedOf(seed: number, ...parts: (string | number)[]): number {
  return Number.parseInt(deriveSeed(seed, ...parts).slice(0, 13), 16);
}

/**
 * How the outer folds divide the training rows: as the inner ones do; around a holdout, in stratified folds, or plain
 * ones for regression.
 */
export function outerCrossValidation(crossValidation: CrossValidation, task: Task): CrossValidation | null {
  const { outer, ...inner } = crossValidation;
  if (outer === undefined) return null;
  if (inner.kind === 'blocked') return { ...inner, folds: outer.folds };
  const seed = seedOf(inner.seed ?? 0, 'outer');
  if (inner.kind === 'holdout') {
    return { kind: task === 'regression' ? 'plain' : 'stratified', folds: outer.folds, repeats: 1, seed };
  }
  return { ...inner, folds: outer.folds, repeats: 1, seed };
}

/**
 * The inner search without an outer fold: the same procedure, with a seed of its own, so that its draws are none of the
 * other searches'.
 */
export function innerSpec(spec: ResolvedSearchSpec, outerFold: number): ResolvedSearchSpec {
  const { outer: _, ...crossValidation } = spec.crossValidation;
  const seed = seedOf(spec.seed, 'outer', outerFold);
  return {
    ...spec,
    name: nameOf(spec, `without outer fold ${outerFold}`),
    seed,
    crossValidation:
      crossValidation.kind === 'blocked'
        ? crossValidation
        : { ...crossValidation, seed: seedOf(seed, 'crossValidation') },
  };
}

/** Of the trials that inner searches choose, trained on all rows but those of an outer fold and scored there. */
export function evaluationSpec(spec: ResolvedSearchSpec, outer: CrossValidation): ResolvedSearchSpec {
  return {
    ...spec,
    name: nameOf(spec, 'outer folds'),
    seed: seedOf(spec.seed, 'outer', 'evaluation'),
    crossValidation: outer,
  };
}

function nameOf({ name = '' }: ResolvedSearchSpec, part: string): string {
  const whole = `${name}, ${part}`;
  // Cut in the middle of a name it could end in half a character.
  return whole.length > nameLimit ? part : whole;
}
