import { foldRunSchema, trialSchema } from '@holdfast/contracts/trial';

/** A trial in a list: all but what is long about its folds. */
export const trialSummarySchema = trialSchema
  .omit({ folds: true, search: true, note: true, diagnosis: true })
  .extend({
    folds: foldRunSchema
      .pick({
        repeat: true,
        fold: true,
        state: true,
        reason: true,
        validation: true,
        training: true,
        epochs: true,
        seconds: true,
      })
      .array(),
  });
