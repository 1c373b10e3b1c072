/** What a training that ended on its thread without a model is a failure of. */
export const failureKinds = { diverged: 'diverged', failed: 'training', died: 'infrastructure' } as const;
