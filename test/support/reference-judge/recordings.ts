import type { FootageRecord } from "#contracts/footage.ts";
import type { Policy } from "#contracts/force.ts";
import type { Booking } from "#contracts/register.ts";
import { whereUntrusted } from "./carriers.ts";
import { type Delivered, deliveredAt, type Reading, readClock } from "./clock-readings.ts";
import { toMs } from "./instants.ts";
import { both, type Span, without } from "./spans.ts";

/** A run of a camera with all its clips, whatever became of them. */
export type Recording = {
  readonly key: string;
  readonly cameraSerial: string;
  readonly clips: readonly FootageRecord[];
  readonly reading: Reading;
  /** Recordings with an equal group share one shift. */
  readonly shiftGroup: string;
  /** Where it may lie when its times cannot be trusted. */
  readonly place: Span | undefined;
};

const model = (clip: FootageRecord) => clip.declaration.camera.model;

const declaredSpan = (clip: FootageRecord): Span => ({
  from: Date.parse(clip.declaration.startTime),
  to: Date.parse(clip.declaration.endTime),
});

const deliveredFor = (clip: FootageRecord): Delivered => ({
  clock: clip.declaration.clock,
  receivedAt: Date.parse(clip.declaredAt),
  model: model(clip),
  syncedBetween: false,
});

function clipReading(clip: FootageRecord, policy: Policy): Reading {
  const { from, to } = declaredSpan(clip);
  return readClock(from, Math.max(from, to), deliveredFor(clip), policy);
}

/** "a recording takes offset and uncertainty of its least uncertain clip (then the lowest number)" */
function recordingClock(
  clips: readonly FootageRecord[],
  policy: Policy,
): { reading: Reading; clip: FootageRecord } {
  const readings = clips.map((clip) => ({ clip, reading: clipReading(clip, policy) }));
  const trusted = readings.filter(({ reading }) => reading.basis !== "untrusted");
  const [best] = (trusted.length > 0 ? trusted : readings).sort(
    (a, b) =>
      a.reading.uncertainty - b.reading.uncertainty || a.clip.declaration.clip - b.clip.declaration.clip,
  );
  if (best === undefined) throw new RangeError("a recording has a clip");
  return best;
}

/** Where an untrusted recording may lie: anywhere in the camera's last booking begun before its delivery. */
function placeOf(clips: readonly FootageRecord[], serial: string, bookings: readonly Booking[]): Span {
  const delivery = Math.min(...clips.map((clip) => deliveredAt(deliveredFor(clip))));
  return whereUntrusted(serial, delivery, bookings);
}

export function recordingsOf(
  footage: readonly FootageRecord[],
  policy: Policy,
  bookings: readonly Booking[],
): Recording[] {
  const byKey = Map.groupBy(footage, ({ declaration }) =>
    JSON.stringify([declaration.camera.serial, declaration.recordingId]),
  );
  return [...byKey].map(([key, clips]) => {
    const { reading, clip } = recordingClock(clips, policy);
    const cameraSerial = clip.declaration.camera.serial;
    const untrusted = reading.basis === "untrusted";
    return {
      key,
      cameraSerial,
      clips,
      reading,
      // An untrusted recording may lie anywhere by itself.
      shiftGroup: untrusted
        ? `untrusted ${key}`
        : JSON.stringify([cameraSerial, clip.declaration.clock ?? null]),
      place: untrusted ? placeOf(clips, cameraSerial, bookings) : undefined,
    };
  });
}

/** Device times corrected by the recording's offset, at zero shift. */
const corrected = (span: Span, recording: Recording): Span => ({
  from: span.from - recording.reading.offset,
  to: span.to - recording.reading.offset,
});

export const declared = (clip: FootageRecord, recording: Recording): Span =>
  corrected(declaredSpan(clip), recording);

/** What one clip holds (§5), at zero shift. */
export type Held = {
  readonly clip: FootageRecord;
  readonly span: Span;
  readonly pictures: readonly Span[];
  readonly audio: readonly Span[];
};

/** "[`startTime`, `startTime` + playable seconds], never past `endTime` + 1 s" */
export function heldBy(clip: FootageRecord, recording: Recording): Held {
  const media = clip.media;
  if (media === undefined) throw new RangeError("accepted footage was read");
  const { from, to } = declaredSpan(clip);
  const span = { from, to: Math.max(from, Math.min(from + toMs(media.playableSeconds), to + 1000)) };
  const inFile = (part: { from: number; to: number }): Span => ({
    from: from + toMs(part.from),
    to: from + toMs(part.to),
  });
  const gaps = media.gaps.map(inFile).filter((gap) => gap.to - gap.from > 1000);
  const found = both([span], media.audio.map(inFile));
  const declaredAudio = clip.declaration.audio?.map((part) => ({
    from: Date.parse(part.from),
    to: Date.parse(part.to),
  }));
  const audio = declaredAudio === undefined ? found : both(found, declaredAudio);
  return {
    clip,
    span: corrected(span, recording),
    pictures: without(span, gaps).map((part) => corrected(part, recording)),
    audio: audio.map((part) => corrected(part, recording)),
  };
}

/** Clips of one recording joined while at most `clipJoinSeconds` lie between them. */
export type Run = {
  readonly span: Span;
  readonly held: readonly Held[];
  /** What lies between clips that were joined. */
  readonly joins: readonly Span[];
  /** Each clip with the one that reached furthest before it. */
  readonly neighbours: readonly (readonly [Held, Held])[];
};

export function runsOf(held: readonly Held[], policy: Policy): Run[] {
  const ordered = [...held]
    .filter(({ span }) => span.to > span.from)
    .sort((a, b) => a.span.from - b.span.from || a.span.to - b.span.to);
  const runs: Run[] = [];
  for (const next of ordered) {
    const last = runs.at(-1);
    const furthest = last?.held.find((one) => one.span.to === last.span.to);
    if (last === undefined || furthest === undefined || !areContinuous(last, next, policy)) {
      runs.push({ span: next.span, held: [next], joins: [], neighbours: [] });
      continue;
    }
    const between = { from: last.span.to, to: next.span.from };
    runs[runs.length - 1] = {
      span: { from: last.span.from, to: Math.max(last.span.to, next.span.to) },
      held: [...last.held, next],
      joins: between.to > between.from ? [...last.joins, between] : last.joins,
      neighbours: [...last.neighbours, [furthest, next]],
    };
  }
  return runs;
}

const areContinuous = (run: Run, next: Held, policy: Policy): boolean =>
  next.span.from - run.span.to <= toMs(policy.clipJoinSeconds);
