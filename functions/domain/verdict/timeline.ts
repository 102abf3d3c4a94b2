import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { Relation, Verdict } from "#contracts/verdict.ts";
import type { JudgedClip } from "#domain/cover/judged-inputs.ts";
import { declaredSpan, type Recording } from "#domain/cover/recordings.ts";
import { compare } from "#domain/text-order.ts";
import { type Interval, overlaps, union, within, without } from "#domain/time/intervals.ts";
import { instantOf } from "#domain/time/time.ts";
import { orderedInputs } from "./canonical.ts";
import { caseOf, type JudgedCase, recordedIn, requiredOf, type World } from "./judged-case.ts";
import { toldWorld } from "./possibilities.ts";

/** Why what a camera recorded does not count. */
export type NotCounting =
  | "never-came"
  | "unusable"
  | "a-copy"
  | "deleted"
  | "not-confirmed"
  | "not-registered"
  | "not-linked"
  | "time-unknown";

/** A set of instants as the clocks stand; what of it is certain, and what the clocks leave open around its ends. */
export type Doubtful = {
  readonly told: readonly Interval[];
  readonly certain: readonly Interval[];
  readonly doubtful: readonly Interval[];
};

export type CameraRow = {
  readonly serial: string;
  readonly kind: JudgedClip["declaration"]["camera"]["kind"];
  readonly relation: Relation | undefined;
  /** Absent for a camera that counts. */
  readonly notCounting: NotCounting | undefined;
  readonly footageIds: readonly string[];
  readonly video: Doubtful;
  readonly audio: Doubtful;
  /** How far its clock and the weapon's together may be wrong: ± ms. */
  readonly uncertaintyMs: number;
};

/** What was required and what was recorded, all in ms on the true time line at zero shift. */
export type Timeline = {
  /** W: before, during and after the event. */
  readonly required: Interval;
  /** C. */
  readonly event: Interval;
  readonly cycles: readonly Interval[];
  readonly missing: readonly Interval[];
  readonly missingSound: readonly Interval[];
  readonly cameras: readonly CameraRow[];
  /** Whether nobody can say when the event was: then its place is only where the log was delivered. */
  readonly timeUnknown: boolean;
};

/** The picture of a verdict, from the very inputs that it was judged by. */
export function timelineOf(inputs: JudgementInputs, verdict: Verdict): Timeline {
  const judged = caseOf(orderedInputs(inputs), "as-it-is");
  const world = toldWorld(judged);
  const { c, w } = requiredOf(world.event, judged.facts);
  const rows = judged.recordings.map((recording) => rowOf(recording, world, judged));
  const near = rows.filter(({ video, audio }) =>
    [video, audio].some(({ certain, doubtful }) =>
      [...certain, ...doubtful].some((span) => overlaps(span, w)),
    ),
  );
  return {
    required: w,
    event: c,
    cycles: world.event.cycles.map(({ from, to }) => ({ from, to })),
    missing: verdict.video.missing.map(instants),
    missingSound: verdict.audio.missing.map(instants),
    cameras: [...Map.groupBy(near, groupOf).values()].map(joined).toSorted(countingFirst),
    timeUnknown: judged.facts.mayLie !== undefined,
  };
}

const instants = ({ from, to }: { readonly from: string; readonly to: string }): Interval => ({
  from: instantOf(from),
  to: instantOf(to),
});

function rowOf(recording: Recording, world: World, judged: JudgedCase): CameraRow {
  const { time, relation } = recordedIn(world, recording, judged);
  const uncertaintyMs = recording.reading.uncertaintyMs + judged.facts.uncertaintyMs;
  const counts = relation !== undefined && recording.mayLie === undefined;
  const claimed = recording.clips.map((clip) => declaredSpan(clip, recording));
  const untrusted = recording.mayLie === undefined ? undefined : [recording.mayLie];
  return {
    serial: recording.cameraSerial,
    kind: recording.kind,
    relation,
    notCounting: counts ? undefined : whyNot(recording, judged),
    footageIds: recording.clips.map(({ footageId }) => footageId),
    video: doubtIn(
      untrusted ?? (counts ? time.video : claimed),
      untrusted ? Number.POSITIVE_INFINITY : uncertaintyMs,
    ),
    audio: doubtIn(counts ? time.audio : [], uncertaintyMs),
    uncertaintyMs,
  };
}

function whyNot(
  { clips, mayLie, kind, cameraSerial }: Recording,
  { inputs, confirmed }: JudgedCase,
): NotCounting {
  if (mayLie !== undefined) return "time-unknown";
  if (inputs.unregisteredSerials?.includes(cameraSerial)) return "not-registered";
  const came = clips.filter(({ state }) => state === "ACCEPTED");
  if (came.length === 0) return clips.some(({ state }) => state === "REJECTED") ? "unusable" : "never-came";
  const originals = came.filter(({ declaration }) => declaration.file.original);
  if (originals.length === 0) return "a-copy";
  const kept = originals.filter(({ deletedAt }) => deletedAt === undefined);
  if (kept.length === 0) return "deleted";
  const mustBeSeen = kind === "vehicle" || kind === "fixed";
  return mustBeSeen && !kept.some(({ footageId }) => confirmed.has(footageId))
    ? "not-confirmed"
    : "not-linked";
}

/** Each end of what was recorded may lie anywhere within the doubt of its clock, to either side. */
function doubtIn(intervals: readonly Interval[], uncertaintyMs: number): Doubtful {
  const all = union(intervals);
  if (!Number.isFinite(uncertaintyMs)) return { told: all, certain: [], doubtful: all };
  const edges = all.flatMap(({ from, to }) => [
    { from: from - uncertaintyMs, to: from + uncertaintyMs },
    { from: to - uncertaintyMs, to: to + uncertaintyMs },
  ]);
  return { told: all, certain: without(all, edges), doubtful: union(edges) };
}

const groupOf = ({ serial, kind, relation, notCounting }: CameraRow): string =>
  [serial, kind, relation, notCounting].join("/");

/** Several recordings of one camera that are the same in everything else are one row. */
function joined(rows: readonly CameraRow[]): CameraRow {
  const [first] = rows as readonly [CameraRow];
  const together = (of: (row: CameraRow) => Doubtful): Doubtful => ({
    told: union(rows.flatMap((row) => of(row).told)),
    certain: union(rows.flatMap((row) => of(row).certain)),
    doubtful: union(rows.flatMap((row) => of(row).doubtful)),
  });
  return {
    ...first,
    footageIds: rows.flatMap(({ footageIds }) => footageIds),
    video: together(({ video }) => video),
    audio: together(({ audio }) => audio),
    uncertaintyMs: Math.max(...rows.map(({ uncertaintyMs }) => uncertaintyMs)),
  };
}

function countingFirst(a: CameraRow, b: CameraRow): number {
  const rank = ({ notCounting }: CameraRow): number => Number(notCounting !== undefined);
  return rank(a) - rank(b) || compare(a.serial, b.serial);
}

/** What of the row lies inside a window. */
export function rowWithin(window: Interval, { told, certain, doubtful }: Doubtful): Doubtful {
  return {
    told: within(window, told),
    certain: within(window, certain),
    doubtful: within(window, doubtful),
  };
}
