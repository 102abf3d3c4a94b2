/**
 * How often a property is tried: as often as the environment's `PROPERTY_RUNS` says (many in the build, few for each
 * mutant), else `usual` times. `PROPERTY_SEED` gives every run the same values.
 */
export function propertyRuns(usual: number): { readonly numRuns: number; readonly seed?: number } {
  const { PROPERTY_RUNS: runs, PROPERTY_SEED: seed } = process.env;
  return { numRuns: Number(runs ?? usual), ...(seed === undefined ? {} : { seed: Number(seed) }) };
}
