import type { FootageRecord } from "#contracts/footage.ts";
import type { CoverOutcome, DutyOutcome, Relation } from "#contracts/verdict.ts";
import { shiftsInto } from "./carriers.ts";
import { type Case, windowOf } from "./cases.ts";
import { answersOver, type Mover } from "./doubt.ts";
import { type Held, heldBy, type Recording, type Run, runsOf } from "./recordings.ts";
import { coveredIn, lengthOf, missingIn, moved, overlap, type Span } from "./spans.ts";

/** A recording's counting clips as runs, at zero shift. */
export type Counting = {
  readonly recording: Recording;
  readonly runs: readonly Run[];
  readonly relations: ReadonlyMap<string, Relation>;
};

/** Untrusted recordings "matter only to incidents which that interval overlaps". */
function mayMatter(judged: Case, { place }: Recording): boolean {
  const { time } = judged;
  const w = windowOf(time.c, time.policy);
  const reach = time.trusted ? w : { from: w.from + time.shifts.lo, to: w.to + time.shifts.hi };
  return place === undefined || overlap(place, reach);
}

/** The shifts that are possible, ends included. */
function shiftsOf({ recording, runs }: Counting): { lo: number; hi: number } {
  const { place, reading } = recording;
  if (place === undefined) return { lo: -reading.uncertainty, hi: reading.uncertainty };
  const spans = runs.map((run) => run.span);
  const whole = {
    from: Math.min(...spans.map(({ from }) => from)),
    to: Math.max(...spans.map(({ to }) => to)),
  };
  return shiftsInto(place, whole);
}

/** "Only `ACCEPTED`, `original` footage counts"; deleted footage when it was deleted late enough. */
export function countingOf(judged: Case, isKept: (clip: FootageRecord) => boolean): Counting[] {
  return judged.recordings
    .filter((recording) => mayMatter(judged, recording))
    .flatMap((recording) => {
      const relations = new Map<string, Relation>();
      const held: Held[] = [];
      for (const clip of recording.clips) {
        const relation = judged.relationOf(clip, recording);
        if (relation === undefined || clip.state !== "ACCEPTED" || !clip.declaration.file.original) continue;
        if (!isKept(clip)) continue;
        relations.set(clip.footageId, relation);
        held.push(heldBy(clip, recording));
      }
      const runs = runsOf(held, judged.time.policy);
      return runs.length === 0 ? [] : [{ recording, runs, relations }];
    });
}

export const picturesOf = ({ runs }: Counting): Span[] =>
  runs.flatMap((run) => [...run.held.flatMap((one) => one.pictures), ...run.joins]);

/** Sound; between joined clips also what lies between the two, where sound runs up to it and on from it. */
export const soundOf = ({ runs }: Counting): Span[] =>
  runs.flatMap((run) => {
    const joins = run.neighbours.flatMap(([before, after]) => {
      const between = { from: before.span.to, to: after.span.from };
      const runsUp = before.audio.some(({ to }) => to === between.from);
      const runsOn = after.audio.some(({ from }) => from === between.to);
      return runsUp && runsOn && between.to > between.from ? [between] : [];
    });
    return [...run.held.flatMap((one) => one.audio), ...joins];
  });

/** §6's table, for given shifts. */
export function coverOutcomeOf(c: Span, w: Span, spans: readonly Span[]): CoverOutcome {
  if (missingIn(w, spans).length === 0) return "RECORDED";
  return spans.some((span) => overlap(span, c)) ? "PARTLY_RECORDED" : "UNRECORDED";
}

/** What never comes near the incident at any of its own shifts must not widen the shift of what does (§6, laws). */
function isWithinReach(judged: Case, one: Counting): boolean {
  const w = windowOf(judged.time.c, judged.time.policy);
  const { lo, hi } = shiftsOf(one);
  const reach = { from: w.from + judged.time.shifts.lo, to: w.to + judged.time.shifts.hi };
  return one.runs.some(({ span }) => overlap({ from: span.from + lo, to: span.to + hi }, reach));
}

/** The recordings that move together, in order, the incident's own shift first. */
function moversOf(
  judged: Case,
  counting: readonly Counting[],
  edgesOf: (one: Counting) => number[],
  own: number[],
) {
  const near = counting.filter((one) => isWithinReach(judged, one));
  const groups = [...Map.groupBy(near, ({ recording }) => recording.shiftGroup).values()];
  const w = windowOf(judged.time.c, judged.time.policy);
  const { lo, hi } = judged.time.shifts;
  const reach = { from: w.from + lo - 2, to: w.to + hi + 2 };
  const movers: Mover[] = [
    { lo, hi, edges: own.map((at) => ({ at, lo, hi })) },
    ...groups.map((group): Mover => {
      const bounds = {
        lo: Math.min(...group.map((one) => shiftsOf(one).lo)),
        hi: Math.max(...group.map((one) => shiftsOf(one).hi)),
      };
      const edges = group
        .flatMap((one) => [...new Set(edgesOf(one))].map((at) => ({ at, ...shiftsOf(one) })))
        .filter(({ at, lo: least, hi: most }) => at + least <= reach.to && at + most >= reach.from);
      // Nothing of it can come before or after anything of the incident: wherever it stands is the same.
      return edges.length === 0 ? { lo: bounds.lo, hi: bounds.lo, edges } : { ...bounds, edges };
    }),
  ];
  return { groups, movers };
}

/** The shift that a group's recordings share, as far as the recording's own uncertainty lets it go. */
function ownShift(one: Counting, shared: number): number {
  const { lo, hi } = shiftsOf(one);
  return Math.min(hi, Math.max(lo, shared));
}

/** "`possibleOutcomes` = those possible over all shifts" */
export function possibleCover(
  judged: Case,
  counting: readonly Counting[],
  spansOf: (one: Counting) => Span[],
): Set<CoverOutcome> {
  const { c, policy } = judged.time;
  const w = windowOf(c, policy);
  const edgesOf = (one: Counting) => spansOf(one).flatMap((span) => [span.from, span.to]);
  const { groups, movers } = moversOf(judged, counting, edgesOf, [c.from, c.to, w.from, w.to]);
  return answersOver(movers, ([own = 0, ...shifts]) =>
    coverOutcomeOf(
      moved(c, own),
      moved(w, own),
      groups.flatMap((group, index) =>
        group.flatMap((one) => spansOf(one).map((span) => moved(span, ownShift(one, shifts[index] ?? 0)))),
      ),
    ),
  );
}

type DutyRun = {
  readonly from: number;
  readonly to: number;
  readonly trigger: number;
  readonly known: boolean;
};

/** A run of the officer's own camera, and when it was switched on, at zero shift. */
function dutyRuns(one: Counting): DutyRun[] {
  return one.runs.map((run) => {
    const { offset } = one.recording.reading;
    const triggers = run.held.flatMap(({ clip: { declaration } }) => {
      const alwaysOn = declaration.triggerOn === "always-on" ? declaration.startTime : undefined;
      const trigger = declaration.triggerOnTime ?? alwaysOn;
      return trigger === undefined ? [] : [Date.parse(trigger) - offset];
    });
    const { from, to } = run.span;
    if (triggers.length > 0) return { from, to, trigger: Math.min(...triggers), known: true };
    return { from, to, trigger: from, known: false };
  });
}

function dutyAt(c: Span, w: Span, all: readonly DutyRun[], issued: boolean): DutyOutcome {
  const runs = all.filter((run) => overlap(run, { from: c.from, to: w.to }));
  const met = runs.filter((run) => run.trigger <= c.from && run.to >= w.to);
  if (met.length > 0) return met.some((run) => run.known) ? "MET" : "UNDETERMINED";
  const early = runs.filter((run) => run.trigger <= c.from && c.from < run.to);
  if (early.length > 0) return early.some((run) => run.known) ? "EARLY_STOP" : "UNDETERMINED";
  if (runs.length > 0) return "LATE_START";
  return issued ? "NOT_ON" : "NO_CAMERA_ISSUED";
}

export function possibleDuty(judged: Case, counting: readonly Counting[], issued: boolean): Set<DutyOutcome> {
  const { c, policy } = judged.time;
  const w = windowOf(c, policy);
  const isOwnBodyWorn = (one: Counting) => [...one.relations.values()].includes("own");
  const own = counting.filter(isOwnBodyWorn);
  const edgesOf = (one: Counting) => dutyRuns(one).flatMap((run) => [run.from, run.to, run.trigger]);
  const { groups, movers } = moversOf(judged, own, edgesOf, [c.from, c.to, w.from, w.to]);
  return answersOver(movers, ([shift = 0, ...shifts]) =>
    dutyAt(
      moved(c, shift),
      moved(w, shift),
      groups.flatMap((group, index) =>
        group.flatMap((one) => {
          const by = ownShift(one, shifts[index] ?? 0);
          return dutyRuns(one).map(({ from, to, trigger, known }) => {
            return { from: from + by, to: to + by, trigger: trigger + by, known };
          });
        }),
      ),
      issued,
    ),
  );
}

export type CoverBySpan = {
  readonly required: number;
  readonly covered: number;
  readonly before: readonly [number, number];
  readonly during: readonly [number, number];
  readonly after: readonly [number, number];
  readonly missing: readonly Span[];
};

/** Milliseconds required and covered, at zero shift. */
export function coverBySpan(c: Span, w: Span, spans: readonly Span[]): CoverBySpan {
  const part = (whole: Span): [number, number] => [
    Math.max(0, whole.to - whole.from),
    lengthOf(coveredIn(whole, spans)),
  ];
  const [required, covered] = part(w);
  return {
    required,
    covered,
    before: part({ from: w.from, to: c.from }),
    during: part(c),
    after: part({ from: c.to, to: w.to }),
    missing: missingIn(w, spans),
  };
}
