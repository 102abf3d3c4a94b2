import type { CoverOutcome } from "#contracts/verdict.ts";
import { common, type Interval, missingFrom, overlaps, shifted, union } from "#domain/time/intervals.ts";
import { eventShiftsFor, overlappingShifts, relativeShifts } from "#domain/time/shifts.ts";
import type { Required } from "./coverage.ts";
import { boundedBy, type DifferenceBounds, withAtLeast, withAtMost } from "./difference-bounds.ts";

/** What moves in one piece: all of it by the same one of `shifts`. */
export type MovingCover = { readonly shifts: Interval; readonly cover: readonly Interval[] };

/** Steps of the search for a complete cover; beyond them it is not ruled out that there is one. */
const SEARCH_STEPS = 500_000;

/** What may lie where, on the true time line of the event at zero shift (ms). */
type Scene = {
  readonly required: Required;
  readonly eventShifts: Interval;
  /** What does not move. */
  readonly still: readonly Interval[];
  readonly moving: readonly MovingCover[];
  /** All that W can reach. */
  readonly reach: Interval;
};

/**
 * The outcomes that are possible when the event moves by one of `eventShifts` and each part by one of its own, all
 * independent of each other. Exact, and decided by where edges meet, whatever the size of the shifts; only the search
 * for a complete cover by very many pieces ends early, and then rules nothing out.
 */
export function possibleCovers(
  required: Required,
  eventShifts: Interval,
  parts: readonly MovingCover[],
): ReadonlySet<CoverOutcome> {
  const scene = sceneOf(required, eventShifts, parts);
  const open = openPoints(scene);
  if (open.length === 0) return new Set(["RECORDED"]);
  return new Set<CoverOutcome>([
    ...(canMissEvent(scene) ? (["UNRECORDED"] as const) : []),
    ...(canCoverPart(scene, open) ? (["PARTLY_RECORDED"] as const) : []),
    ...(canCoverAll(scene) ? (["RECORDED"] as const) : []),
  ]);
}

function sceneOf(required: Required, eventShifts: Interval, parts: readonly MovingCover[]): Scene {
  const near = parts.map(({ shifts, cover }) => {
    const reached = relativeShifts(shifts, eventShifts);
    const mayTouch = (piece: Interval): boolean => overlaps(overlappingShifts(piece, required.w), reached);
    // Stryker disable next-line MethodExpression: what never comes near W may be searched too, in vain
    return { shifts, cover: union(cover).filter(mayTouch) };
  });
  // Stryker disable next-line ArrowFunction,ConditionalExpression: what does not move may be searched like what does, more slowly
  const isStill = ({ shifts }: MovingCover): boolean => shifts.to - shifts.from === 1;
  return {
    required,
    eventShifts,
    still: union(near.filter(isStill).flatMap(({ shifts, cover }) => shifted(cover, shifts.from))),
    // Stryker disable next-line MethodExpression,ConditionalExpression,LogicalOperator,EqualityOperator: the same, and what holds nothing
    moving: near.filter((part) => !isStill(part) && part.cover.length > 0),
    // Stryker disable next-line ArithmeticOperator: instants that W cannot reach may be looked at too
    reach: { from: required.w.from + eventShifts.from, to: required.w.to + eventShifts.to - 1 },
  };
}

/** Instants that every part can leave uncovered, of those that W can reach. */
function openPoints({ still, moving, reach }: Scene): readonly Interval[] {
  const always = moving.flatMap(({ shifts, cover }) =>
    cover.map(({ from, to }) => ({ from: from + shifts.to - 1, to: to + shifts.from })),
  );
  return missingFrom(reach, [...still, ...always]);
}

/** UNRECORDED: at one shift of the event every part can keep off C. */
function canMissEvent({ required: { c }, eventShifts, still, moving }: Scene): boolean {
  const missing = (cover: readonly Interval[], shifts: Interval): readonly Interval[] => {
    const touching = cover.map((piece) => overlappingShifts(piece, c));
    return eventShiftsFor(missingFrom(relativeShifts(shifts, eventShifts), touching), shifts, eventShifts);
  };
  let left = missing(still, { from: 0, to: 1 });
  for (const { cover, shifts } of moving) left = common(left, missing(cover, shifts));
  return left.length > 0;
}

/** PARTLY_RECORDED: something touches C while an instant of W is open to all. */
function canCoverPart(scene: Scene, open: readonly Interval[]): boolean {
  const { required, eventShifts, still, moving } = scene;
  const { c, w } = required;
  const stillTouches = eventShiftsFor(
    still.map((piece) => overlappingShifts(piece, c)),
    { from: 0, to: 1 },
    eventShifts,
  );
  // The shifts of the event with which some open instant lies in W.
  const openInW = union(open.map((piece) => ({ from: piece.from - w.to + 1, to: piece.to - w.from })));
  if (common(stillTouches, openInW).length > 0) return true;
  return moving.some((part) => canCoverPartBy(part, open, scene));
}

/** Whether the part can touch C and leave open one of the points that are open to all. */
function canCoverPartBy({ cover, shifts }: MovingCover, open: readonly Interval[], scene: Scene): boolean {
  const { c, w } = scene.required;
  const [event, part, point] = [1, 2, 3];
  const everywhere = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  const holes = missingFrom(everywhere, cover);
  const start = boundedBy([scene.eventShifts, shifts, scene.reach]);
  const inW = inside(start, point, event, w);
  return cover.some((piece) => {
    const touching = inW && inside(inW, part, event, overlappingShifts(piece, c));
    return holes.some((hole) => {
      const inHole = touching && inside(touching, point, part, hole);
      return inHole !== undefined && open.some((gap) => inside(inHole, point, 0, gap) !== undefined);
    });
  });
}

/** What is known once xi − xj is known to lie in the (half-open) range. */
function inside(
  bounds: DifferenceBounds,
  i: number,
  j: number,
  { from, to }: Interval,
): DifferenceBounds | undefined {
  const above = withAtLeast(bounds, i, j, from);
  return above && withAtMost(above, i, j, to - 1);
}

/** Pieces that move with the number `node`, ascending; `room[i]` is the most of W that those from i on can cover. */
type Track = {
  readonly node: number;
  readonly pieces: readonly Interval[];
  readonly room: readonly number[];
};
type Edge = { readonly node: number; readonly at: number };

/**
 * RECORDED: pieces of cover make a chain from W's start to its end, each beginning at or before the end of the one
 * before it. Each link bounds a difference of two shifts; a chain is possible while all bounds fit together.
 */
function canCoverAll({ required: { w }, eventShifts, still, moving }: Scene): boolean {
  const widest = moving.flatMap(({ shifts, cover }) =>
    // Stryker disable next-line ArithmeticOperator: a longer reach only begins a search that finds nothing
    cover.map(({ from, to }) => ({ from: from + shifts.from, to: to + shifts.to - 1 })),
  );
  const longEnough = union([...still, ...widest]).some(({ from, to }) => {
    // Stryker disable next-line ArithmeticOperator: the same
    const starts = { from: from - w.from, to: to - w.to + 1 };
    return overlaps(starts, eventShifts);
  });
  // Stryker disable next-line ConditionalExpression: the search finds as much, later
  if (!longEnough) return false;
  const tracks = [still, ...moving.map(({ cover }) => cover)].map((pieces, index) => ({
    node: index === 0 ? 0 : index + 1,
    pieces,
    room: roomIn(w, pieces),
  }));
  let steps = 0;
  const start = boundedBy([eventShifts, ...moving.map(({ shifts }) => shifts)]);
  return reachesEnd(start, { node: 1, at: w.from }, undefined, tracks);

  /** Whether W can be covered from `reached` on by what is left, `before` being the end of the link before the last. */
  function reachesEnd(
    bounds: DifferenceBounds,
    reached: Edge,
    before: Edge | undefined,
    left: readonly Track[],
  ): boolean {
    if (withAtLeast(bounds, reached.node, 1, w.to - reached.at) !== undefined) return true;
    const missing = w.to - reached.at - (bounds.most[reached.node * bounds.size + 1] as number);
    // Stryker disable next-line ConditionalExpression,EqualityOperator,ArrowFunction: without it a hopeless branch is only left later
    if (left.reduce((room, track) => room + (track.room[0] as number), 0) < missing) return false;
    return left.some((track) =>
      track.pieces.some((piece, index) => {
        steps += 1;
        // Stryker disable next-line EqualityOperator: one step more or less is as good
        if (steps > SEARCH_STEPS) return true;
        const next = linked(bounds, { ...piece, node: track.node }, reached, before);
        return (
          next !== undefined &&
          reachesEnd(next, { node: track.node, at: piece.to }, reached, leftAfter(left, track, index))
        );
      }),
    );
  }
}

/** A chain goes forward, and never back to an earlier piece of the same track. */
function leftAfter(left: readonly Track[], used: Track, index: number): readonly Track[] {
  // Stryker disable ConditionalExpression,MethodExpression,ArithmeticOperator: a chain that goes back is longer than it need be, and found as well
  return left.map((track) =>
    track === used
      ? { ...track, pieces: track.pieces.slice(index + 1), room: track.room.slice(index + 1) }
      : track,
  );
  // Stryker restore ConditionalExpression,MethodExpression,ArithmeticOperator
}

/** For each piece, and for none, the most of a window as long as W that it and later ones can cover together. */
// Stryker disable all: a bound that only ends a hopeless search early; that it is not too low the tests of possible-covers try
function roomIn(w: Interval, pieces: readonly Interval[]): readonly number[] {
  const room = [0];
  for (let index = pieces.length - 1; index >= 0; index -= 1) {
    const first = pieces[index] as Interval;
    const fitting = pieces.slice(index).filter(({ from }) => from - first.to < w.to - w.from);
    const together = fitting.reduce((sum, { from, to }) => sum + (to - from), 0);
    room.unshift(Math.max(together, room[0] as number));
  }
  return room;
}
// Stryker restore all

/**
 * What is known when the link follows on: it begins where the cover has reached or before, goes further, and does not
 * make the last link needless, which would be a shorter chain.
 */
function linked(
  bounds: DifferenceBounds,
  link: Interval & { readonly node: number },
  reached: Edge,
  before: Edge | undefined,
): DifferenceBounds | undefined {
  const begins = withAtMost(bounds, link.node, reached.node, reached.at - link.from);
  // Stryker disable next-line ArithmeticOperator: a link that goes no further makes a longer chain, no other answer
  const goesOn = begins && withAtLeast(begins, link.node, reached.node, reached.at - link.to + 1);
  // Stryker disable next-line ConditionalExpression: a needless link makes a longer chain, no other answer
  if (before === undefined) return goesOn;
  // Stryker disable next-line ArithmeticOperator: the same
  return goesOn && withAtLeast(goesOn, link.node, before.node, before.at - link.from + 1);
}
