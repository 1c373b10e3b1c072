/** As many as a search may have. */
export const mostTags = 100;

/** Of the searches that train learning curves, so that lists can tell them. */
export const learningCurveTag = 'learning-curve';

/** Of the searches that `holdfast reproduce` submits. */
export const reproducedTag = 'reproduced';
