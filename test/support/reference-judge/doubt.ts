/** An edge at zero shift, and how far it goes along with its mover's shift: beyond, it stays. */
type Edge = { readonly at: number; readonly lo: number; readonly hi: number };

/** Things that move together, and the shifts that they may have: whole milliseconds, ends included. */
export type Mover = { readonly lo: number; readonly hi: number; readonly edges: readonly Edge[] };

const standing = ({ at, lo, hi }: Edge, shift: number): number => at + Math.min(hi, Math.max(lo, shift));

const BRUTE_FORCE = 5000;
const TOO_MANY = 200_000;

/** More shifts than the slow judge tries. */
export class TooManyShiftsError extends Error {
  override readonly name = "TooManyShiftsError";
}

/**
 * Every answer that `ask` gives over all shifts of the movers.
 *
 * Few shifts are all tried. Of many, those that can differ: what an answer depends on is only which edge lies
 * before which, so answers are constant on regions bounded by differences of edges, and each region has a corner
 * in which every mover stands at its own bound or has an edge beside an edge of another that does.
 */
export function answersOver<T>(movers: readonly Mover[], ask: (shifts: readonly number[]) => T): Set<T> {
  const all = movers.reduce((count, { lo, hi }) => count * (hi - lo + 1), 1);
  return all <= BRUTE_FORCE ? byBruteForce(movers, ask) : byCorners(movers, ask);
}

function byBruteForce<T>(movers: readonly Mover[], ask: (shifts: readonly number[]) => T): Set<T> {
  const answers = new Set<T>();
  const shifts: number[] = [];
  const tryFrom = (index: number): void => {
    const mover = movers[index];
    if (mover === undefined) {
      answers.add(ask(shifts));
      return;
    }
    for (let shift = mover.lo; shift <= mover.hi; shift++) {
      shifts[index] = shift;
      tryFrom(index + 1);
    }
  };
  tryFrom(0);
  return answers;
}

function byCorners<T>(movers: readonly Mover[], ask: (shifts: readonly number[]) => T): Set<T> {
  const answers = new Set<T>();
  const seen = new Set<string>();
  const settle = (shifts: ReadonlyMap<number, number>): void => {
    // The same standing movers can be come by in many orders.
    const key = movers.map((_, index) => shifts.get(index) ?? "").join();
    if (seen.has(key)) return;
    seen.add(key);
    if (seen.size > TOO_MANY) throw new TooManyShiftsError(`${movers.length} movers`);
    const missing = [...movers.keys()].filter((index) => !shifts.has(index));
    if (missing.length === 0) answers.add(ask(movers.map((_, index) => shifts.get(index) ?? 0)));
    for (const index of missing) {
      for (const shift of candidates(movers, index, shifts)) settle(new Map([...shifts, [index, shift]]));
    }
  };
  settle(new Map(movers.flatMap(({ lo, hi }, index) => (lo === hi ? [[index, lo] as const] : []))));
  return answers;
}

/**
 * Its bounds and those of its edges, and the shifts that bring one of its edges to (or 1 ms beside) an edge of a mover
 * that stands.
 */
function candidates(
  movers: readonly Mover[],
  index: number,
  settled: ReadonlyMap<number, number>,
): Set<number> {
  const mover = movers[index];
  if (mover === undefined) return new Set();
  const stops = mover.edges.flatMap(({ lo, hi }) => [lo - 1, lo, lo + 1, hi - 1, hi, hi + 1]);
  const found = new Set([mover.lo, mover.hi, ...stops.filter((at) => at > mover.lo && at < mover.hi)]);
  for (const [other, shift] of settled) {
    for (const theirs of movers[other]?.edges ?? []) {
      for (const ours of mover.edges) {
        for (const beside of [-1, 0, 1]) {
          const candidate = standing(theirs, shift) - ours.at + beside;
          if (candidate >= ours.lo && candidate <= ours.hi) found.add(candidate);
        }
      }
    }
  }
  return found;
}
