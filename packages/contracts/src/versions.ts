/** Raised when, and only when, the bits of a score change; stored with every search. */
export const numericsVersion = 2;

/** Of the software. */
export const holdfastVersion = '0.1.0';
