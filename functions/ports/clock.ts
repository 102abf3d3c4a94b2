/** The time of day, injected so that nothing below the composition roots reads it by itself. */
export type Clock = { readonly now: () => Date };
