import type { Policy } from "#contracts/force.ts";
import type { Booking } from "#contracts/register.ts";
import type { DeviceClock } from "#contracts/time.ts";
import { type Carriage, carriagesOf, lastCarriageBefore } from "#domain/log/bookings.ts";
import { compare } from "#domain/text-order.ts";
import { type ClockClaim, type ClockReading, deliveredAtMs, readClockOver } from "#domain/time/clocks.ts";
import { common, type Interval, shifted, union, within, without } from "#domain/time/intervals.ts";
import { instantOf } from "#domain/time/time.ts";
import type { JudgedClip, JudgedMedia } from "./judged-inputs.ts";
import { PLAYABLE_PAST_END_MS } from "./search-spans.ts";

/** Shorter holes in the pictures are how cameras write, not holes (contract §5). */
const GAP_MS = 1000;
/** Where an untrusted recording of a camera that nobody ever booked may lie. */
const EARLIEST_MS = Date.parse("2001-01-01T00:00:00.000Z");

/** One run of a camera: its clips, and the one clock that all of them are read by. */
export type Recording = {
  readonly key: string;
  readonly cameraSerial: string;
  readonly kind: JudgedClip["declaration"]["camera"]["kind"];
  /** By clip number. */
  readonly clips: readonly JudgedClip[];
  readonly reading: ClockReading;
  /** Recordings with the same one share the shift of their clock (contract §2). */
  readonly clock: string;
  readonly carriages: readonly Carriage[];
  /** Where a recording whose times cannot be trusted may lie; absent for others. */
  readonly mayLie: Interval | undefined;
};

/** What of a recording counts, on the true time line (ms). */
export type RecordedTime = {
  readonly video: readonly Interval[];
  readonly audio: readonly Interval[];
  /** Joined clips from first to last picture, with the instant at which somebody or something started them. */
  readonly runs: readonly Run[];
  /** Video by clip. */
  readonly byClip: ReadonlyMap<string, readonly Interval[]>;
};

/** `triggerMs` is undefined when nothing says when the wearer pressed; it is then at `from` at the earliest. */
export type Run = Interval & { readonly triggerMs: number | undefined };

/** Groups clips into recordings, ordered by camera and recording. */
export function recordingsOf(
  footage: readonly JudgedClip[],
  bookings: readonly Booking[],
  policy: Policy,
): readonly Recording[] {
  const groups = new Map<string, JudgedClip[]>();
  for (const clip of footage) {
    const { camera, recordingId } = clip.declaration;
    const key = `${camera.serial}/${recordingId}/${camera.kind}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [clip]);
    else group.push(clip);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => compare(a, b))
    .map(([key, clips]) => recordingOf(key, clips, bookings, policy));
}

function recordingOf(
  key: string,
  unordered: readonly JudgedClip[],
  bookings: readonly Booking[],
  policy: Policy,
): Recording {
  const clips = unordered.toSorted(
    (a, b) => a.declaration.clip - b.declaration.clip || compare(a.footageId, b.footageId),
  );
  const { camera } = (clips[0] as JudgedClip).declaration;
  const carriages = carriagesOf(camera.serial, bookings);
  const { clip, reading } = leastUncertain(
    clips.map((each) => ({
      clip: each,
      reading: readingOf(each, policy),
    })),
  );
  return {
    key,
    cameraSerial: camera.serial,
    kind: camera.kind,
    clips,
    reading,
    // An untrusted recording shares its shift with no other: each may lie anywhere by itself.
    clock: reading.basis === "untrusted" ? key : sharedClock(camera.serial, clip.declaration.clock),
    carriages,
    mayLie: reading.basis === "untrusted" ? whereUntrusted(clips, carriages) : undefined,
  };
}

function readingOf(clip: JudgedClip, policy: Policy): ClockReading {
  const { startTime, endTime } = clip.declaration;
  return readClockOver(instantOf(startTime), instantOf(endTime), claimOf(clip), policy);
}

function claimOf({ declaration, declaredAt }: JudgedClip): ClockClaim {
  return { clock: declaration.clock, receivedAtMs: instantOf(declaredAt), model: declaration.camera.model };
}

/** A recording takes its least uncertain clip's clock, then the lowest number's (contract §2). */
function leastUncertain<T extends { readonly reading: ClockReading }>(clips: readonly T[]): T {
  const doubt = ({ reading: { basis, uncertaintyMs } }: T): number =>
    basis === "untrusted" ? Number.POSITIVE_INFINITY : uncertaintyMs;
  return clips.reduce((best, next) => (doubt(next) < doubt(best) ? next : best));
}

/** The camera and what was said of its clock; the same instants written otherwise are the same. */
function sharedClock(cameraSerial: string, clock: DeviceClock | undefined): string {
  const said = [clock?.deviceClock, clock?.gatewayClock, clock?.lastSyncedAt].map((time) =>
    time === undefined ? "" : instantOf(time),
  );
  return [cameraSerial, ...said].join("|");
}

function whereUntrusted(clips: readonly JudgedClip[], carriages: readonly Carriage[]): Interval {
  const deliveredMs = Math.min(...clips.map((clip) => deliveredAtMs(claimOf(clip))));
  const last = lastCarriageBefore(carriages, deliveredMs);
  return last?.span ?? { from: Math.min(EARLIEST_MS, deliveredMs - 1), to: deliveredMs };
}

/** The span that a clip was declared to have, on the true time line of its recording (ms). */
export function declaredSpan({ declaration }: JudgedClip, { reading }: Recording): Interval {
  return {
    from: instantOf(declaration.startTime) - reading.offsetMs,
    to: instantOf(declaration.endTime) - reading.offsetMs,
  };
}

/**
 * What counts of a clip by the camera's own clock: from its start, as far as it plays, never past its declared end
 * and a second (contract §5). A clip that was declared to end before it began counts for nothing.
 */
function playedSpan({ declaration }: JudgedClip, { playableSeconds }: JudgedMedia): Interval {
  const from = instantOf(declaration.startTime);
  const declaredEnd = instantOf(declaration.endTime);
  if (declaredEnd < from) return { from, to: from };
  const playableMs = Math.round(playableSeconds * 1000);
  return { from, to: Math.min(from + playableMs, declaredEnd + PLAYABLE_PAST_END_MS) };
}

type Piece = {
  readonly clip: JudgedClip;
  readonly span: Interval;
  readonly video: readonly Interval[];
  readonly audio: readonly Interval[];
};

/** The same recorded time, later by so many milliseconds. */
function shiftRecorded(time: RecordedTime, byMs: number): RecordedTime {
  // Stryker disable next-line ConditionalExpression: a short cut for a clock that is right
  if (byMs === 0) return time;
  const { video, audio, runs, byClip } = time;
  return {
    video: shifted(video, byMs),
    audio: shifted(audio, byMs),
    runs: runs.map(({ from, to, triggerMs }) => ({
      from: from + byMs,
      to: to + byMs,
      triggerMs: triggerMs === undefined ? undefined : triggerMs + byMs,
    })),
    byClip: new Map([...byClip].map(([footageId, pieces]) => [footageId, shifted(pieces, byMs)])),
  };
}

/**
 * What of a recording counts when the clips that `counts` admits do. Clips with at most `clipJoinSeconds` between them are continuous.
 */
export function recordedTime(
  recording: Recording,
  counts: (clip: JudgedClip) => boolean,
  policy: Policy,
): RecordedTime {
  const joinMs = Math.round(policy.clipJoinSeconds * 1000);
  const pieces = recording.clips
    .filter(counts)
    .flatMap((clip) => (clip.media === undefined ? [] : [pieceOf(clip, clip.media)]))
    .filter(({ span }) => span.from < span.to)
    .sort((a, b) => a.span.from - b.span.from);
  const joins = joinsOf(pieces, joinMs);
  const deviceTime: RecordedTime = {
    video: union([...pieces.flatMap(({ video }) => video), ...joins.video]),
    audio: union([...pieces.flatMap(({ audio }) => audio), ...joins.audio]),
    runs: runsOf(pieces, joinMs),
    byClip: new Map(pieces.map(({ clip, video }) => [clip.footageId, video])),
  };
  return shiftRecorded(deviceTime, -recording.reading.offsetMs);
}

function pieceOf(clip: JudgedClip, media: JudgedMedia): Piece {
  const span = playedSpan(clip, media);
  const inFile = ({ from, to }: Interval): Interval => ({
    from: span.from + Math.round(from * 1000),
    to: span.from + Math.round(to * 1000),
  });
  const gaps = media.gaps.map(inFile).filter(({ from, to }) => to - from > GAP_MS);
  const found = within(span, media.audio.map(inFile));
  const declared = clip.declaration.audio?.map(({ from, to }) => ({
    from: instantOf(from),
    to: instantOf(to),
  }));
  return {
    clip,
    span,
    video: without([span], gaps),
    audio: declared === undefined ? found : common(found, declared),
  };
}

/** The holes between neighbouring clips that are short enough to be no holes, for pictures and for sound. */
function joinsOf(
  pieces: readonly Piece[],
  joinMs: number,
): { video: readonly Interval[]; audio: readonly Interval[] } {
  const video: Interval[] = [];
  const audio: Interval[] = [];
  let reached: Piece | undefined;
  for (const piece of pieces) {
    if (reached !== undefined && piece.span.from - reached.span.to <= joinMs) {
      const join = { from: reached.span.to, to: piece.span.from };
      video.push(join);
      // What lies between the files was heard if sound ran up to it and on from it: nothing else was declared or found.
      const runsUp = reached.audio.at(-1)?.to === reached.span.to;
      if (runsUp && piece.audio[0]?.from === piece.span.from) audio.push(join);
    }
    if (reached === undefined || piece.span.to > reached.span.to) reached = piece;
  }
  return { video, audio };
}

function runsOf(pieces: readonly Piece[], joinMs: number): readonly Run[] {
  const runs: { from: number; to: number; triggers: number[] }[] = [];
  for (const { clip, span } of pieces) {
    const last = runs.at(-1);
    const triggers = triggersOf(clip);
    if (last !== undefined && span.from - last.to <= joinMs) {
      last.to = Math.max(last.to, span.to);
      last.triggers.push(...triggers);
    } else runs.push({ from: span.from, to: span.to, triggers });
  }
  return runs.map(({ from, to, triggers }) => ({
    from,
    to,
    triggerMs: triggers.length === 0 ? undefined : Math.min(...triggers),
  }));
}

function triggersOf({ declaration }: JudgedClip): number[] {
  if (declaration.triggerOnTime !== undefined) return [instantOf(declaration.triggerOnTime)];
  return declaration.triggerOn === "always-on" ? [instantOf(declaration.startTime)] : [];
}
