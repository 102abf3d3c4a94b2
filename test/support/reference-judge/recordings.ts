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
  /** The shifts that are possible, ends included, added to the corrected times. */
  readonly shifts: { readonly lo: number; readonly hi: number };
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
function untrustedShifts(
  clips: readonly FootageRecord[],
  bookings: readonly Booking[],
): { lo: number; hi: number } | undefined {
  const [first] = clips;
  if (first === undefined) return undefined;
  const delivery = Math.min(...clips.map((clip) => deliveredAt(deliveredFor(clip))));
  const place = whereUntrusted(first.declaration.camera.serial, delivery, bookings);
  if (place === undefined) return undefined;
  const from = Math.min(...clips.map((clip) => declaredSpan(clip).from));
  const to = Math.max(...clips.map((clip) => declaredSpan(clip).to));
  const lo = place.from - from;
  const hi = place.to - to;
  return lo <= hi ? { lo, hi } : { lo, hi: lo };
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
    const nowhere = { lo: Number.NaN, hi: Number.NaN };
    return {
      key,
      cameraSerial,
      clips,
      reading,
      shiftGroup: untrusted
        ? `untrusted ${key}`
        : JSON.stringify([cameraSerial, clip.declaration.clock ?? null]),
      shifts: untrusted
        ? (untrustedShifts(clips, bookings) ?? nowhere)
        : { lo: -reading.uncertainty, hi: reading.uncertainty },
    };
  });
}

/** An untrusted recording of a camera that nobody ever carried lies nowhere that matters. */
export const liesSomewhere = (recording: Recording): boolean => !Number.isNaN(recording.shifts.lo);

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
export type Run = { readonly span: Span; readonly held: readonly Held[]; readonly joins: readonly Span[] };

export function runsOf(held: readonly Held[], policy: Policy): Run[] {
  const runs: { span: Span; held: Held[]; joins: Span[] }[] = [];
  const ordered = [...held]
    .filter(({ span }) => span.to > span.from)
    .sort((a, b) => a.span.from - b.span.from || a.span.to - b.span.to);
  for (const one of ordered) {
    const last = runs.at(-1);
    if (last !== undefined && one.span.from - last.span.to <= toMs(policy.clipJoinSeconds)) {
      if (one.span.from > last.span.to) last.joins.push({ from: last.span.to, to: one.span.from });
      last.span = { from: last.span.from, to: Math.max(last.span.to, one.span.to) };
      last.held.push(one);
    } else runs.push({ span: one.span, held: [one], joins: [] });
  }
  return runs;
}
