export const searchStates = ['queued', 'running', 'paused', 'completed', 'failed', 'cancelled'] as const;
export type SearchState = (typeof searchStates)[number];

export const trialStates = ['waiting', 'running', 'completed', 'pruned', 'failed', 'cancelled'] as const;
export type TrialState = (typeof trialStates)[number];

export const foldRunStates = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export type FoldRunState = (typeof foldRunStates)[number];

export const modelStates = ['queued', 'running', 'completed', 'failed'] as const;
export type ModelState = (typeof modelStates)[number];
