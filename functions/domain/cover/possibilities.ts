import type { CoverOutcome, DutyOutcome, Relation } from "#contracts/verdict.ts";
import { type EventTime, hull, shiftEvent } from "#domain/log/event-times.ts";
import type { ClockReading } from "#domain/time/clocks.ts";
import { NO_SHIFT, overlappingShifts, relativeShifts, shiftsWithin } from "#domain/time/shifts.ts";
import {
  isDoubtful,
  type JudgedCase,
  recordedIn,
  requiredOf,
  type World,
} from "#domain/verdict/judged-case.ts";
import { everyBetween, type Required } from "./coverage.ts";
import { DUTY_FROM_BEST, possibleDuties } from "./duty.ts";
import { type Interval, overlaps } from "./intervals.ts";
import { possibleCovers } from "./possible-covers.ts";
import type { RecordedTime, Recording, Run } from "./recordings.ts";

/** Doubtful cameras of which every combination is tried; of more, nothing between the ends is ruled out. */
const DOUBTFUL_CAMERAS = 5;

/** Everything that the outcomes can be, over all that is not known. */
export type Possibilities = {
  readonly video: ReadonlySet<CoverOutcome>;
  readonly audio: ReadonlySet<CoverOutcome>;
  readonly duty: ReadonlySet<DutyOutcome>;
};

/** Whose clock it is: a camera's serial, or the event's (its weapon's, or its report's). */
export type ClockOwner = { readonly camera: string } | "event";

/** One way in which everything may have been, but for the shifts of the clocks. */
type Setting = {
  readonly required: Required;
  readonly eventShifts: Interval;
  /** Whether the event's time is known but for its clock's uncertainty. */
  readonly isTrusted: boolean;
  readonly counted: readonly Counted[];
  readonly issued: boolean;
};

/** What of a camera's recordings counts that share one clock, and how far it may be wrong. */
type Counted = {
  readonly cameraSerial: string;
  readonly reading: ClockReading;
  readonly shifts: Interval;
  readonly video: readonly Interval[];
  readonly audio: readonly Interval[];
  readonly ownRuns: readonly Run[];
};

/** Settings of which one is true; with `onlyEnds` they are the best and the worst of very many. */
type Choice = { readonly settings: readonly Setting[]; readonly onlyEnds: boolean };

/** The case over all that is not known but the shifts of its clocks. */
export type Choices = readonly Choice[];

/**
 * All carriers, all readings of an ambiguous time, and all places of an untrusted event between which somebody else
 * carried a camera (contract §2, §4 and §6).
 */
export function choicesOf(prepared: JudgedCase): Choices {
  // Stryker disable next-line MethodExpression: what cannot count is left out to save work
  const judged = { ...prepared, recordings: prepared.recordings.filter((each) => mayCount(each, prepared)) };
  const { officerIds } = judged.facts;
  const officers = officerIds.length > 0 ? officerIds : [undefined];
  return officers.flatMap((officerId) =>
    placesOf(judged).map(({ event, shifts }) =>
      choiceOf({ officerId, event, notOwn: new Set() }, shifts, judged),
    ),
  );
}

/**
 * The outcomes that are possible over all choices and all shifts of the clocks (contract §2). Clocks for which
 * `isExact` says so are taken to be right: what would be possible if they were known.
 */
export function possibilitiesOf(
  choices: Choices,
  isExact: (owner: ClockOwner) => boolean = () => false,
): Possibilities {
  return merge(
    choices.map(({ settings, onlyEnds }) => {
      const found = merge(settings.map((setting) => possibilitiesIn(setting, isExact)));
      return onlyEnds ? widened(found) : found;
    }),
  );
}

/**
 * Whether there is a world in which the recording counts: it holds something, and belongs to a possible officer at
 * some time or is linked otherwise. A busy shift has thousands of others near an event whose time nobody knows.
 */
function mayCount(recording: Recording, judged: JudgedCase): boolean {
  const { officerIds, times } = judged.facts;
  // Stryker disable next-line all: a recording that holds nothing may be kept, it only costs work
  if (judged.usable.get(recording.key)?.footageId === undefined) return false;
  // Stryker disable next-line ConditionalExpression: a recording of nobody's may be kept, it only costs work
  if (recording.carriages.some(({ officerId }) => officerIds.includes(officerId))) return true;
  return times.some((event) => {
    const world: World = { officerId: undefined, event, notOwn: new Set() };
    // Stryker disable next-line ConditionalExpression: a recording that nothing links may be kept, it only costs work
    return recordedIn(world, recording, judged).relation !== undefined;
  });
}

/** The world that findings and seconds are told of: the first carrier, the first reading, cameras with their booked. */
export function toldWorld({ facts }: JudgedCase): World {
  return { officerId: facts.officerIds[0], event: facts.times[0], notOwn: new Set() };
}

function merge(all: readonly Possibilities[]): Possibilities {
  return {
    video: new Set(all.flatMap(({ video }) => [...video])),
    audio: new Set(all.flatMap(({ audio }) => [...audio])),
    duty: new Set(all.flatMap(({ duty }) => [...duty])),
  };
}

/** Over who carried the cameras that bookings leave in doubt. */
function choiceOf(world: World, shifts: Interval, judged: JudgedCase): Choice {
  const doubtful = judged.recordings
    .filter((recording) => isDoubtful(world, recording))
    .map(({ cameraSerial }) => cameraSerial);
  const serials = [...new Set(doubtful)];
  const onlyEnds = serials.length > DOUBTFUL_CAMERAS;
  const notOwn = onlyEnds ? [new Set<string>(), new Set(serials)] : subsetsOf(serials);
  return { settings: notOwn.map((each) => settingOf({ ...world, notOwn: each }, shifts, judged)), onlyEnds };
}

function subsetsOf(serials: readonly string[]): readonly ReadonlySet<string>[] {
  return Array.from({ length: 2 ** serials.length }, (_, mask) => {
    return new Set(serials.filter((_serial, index) => Math.floor(mask / 2 ** index) % 2 === 1));
  });
}

/** Nothing between the best and the worst is ruled out. */
function widened({ video, audio, duty }: Possibilities): Possibilities {
  const order: readonly DutyOutcome[] = DUTY_FROM_BEST;
  const ranks = [...duty].map((each) => order.indexOf(each));
  return {
    video: new Set(everyBetween([...video])),
    audio: new Set(everyBetween([...audio])),
    duty: new Set([...duty, ...order.slice(Math.min(...ranks), Math.max(...ranks)).filter(isRecordedDuty)]),
  };
}

/** The worst, NOT_ON, lies between no two others. */
function isRecordedDuty(duty: DutyOutcome): boolean {
  return duty !== "NO_CAMERA_ISSUED";
}

/** A reading of when the event was, with all shifts by which it may be wrong. */
type Place = { readonly event: EventTime; readonly shifts: Interval };

/**
 * The readings of when the event was. One whose time nobody knows may lie anywhere; it is told apart only where
 * bookings begin or end, since they say whose a camera was at C.start.
 */
function placesOf({ facts, recordings }: JudgedCase): readonly Place[] {
  const { times, mayLie, uncertaintyMs } = facts;
  if (mayLie === undefined) return times.map((event) => ({ event, shifts: shiftsWithin(uncertaintyMs) }));
  const [event] = times;
  const starts = startsWithin(mayLie, event.c);
  const changes = recordings.flatMap(({ carriages }) => carriages.flatMap(({ from, to }) => [from, to]));
  const inside = [...new Set(changes)].filter((at) => at > starts.from && at < starts.to);
  const edges = [starts.from, ...inside.sort((a, b) => a - b), starts.to];
  return edges.slice(1).map((to, index) => {
    const from = edges[index] as number;
    return { event: shiftEvent(event, from - event.c.from), shifts: { from: 0, to: to - from } };
  });
}

/**
 * The starts (half-open) of something that lies within a window; of something longer than the window, of all places
 * in which it fills it.
 */
function startsWithin(window: Interval, thing: Interval): Interval {
  const ends = [window.from, window.to - (thing.to - thing.from)] as const;
  return { from: Math.min(...ends), to: Math.max(...ends) + 1 };
}

function settingOf(world: World, eventShifts: Interval, judged: JudgedCase): Setting {
  const required = requiredOf(world.event, judged.facts);
  // Where an event of known time may lie says which untrusted recordings matter; its own doubt does not.
  const { from, to } = required.w;
  const near = judged.facts.mayLie === undefined ? required.w : { from, to: to + eventShifts.to - 1 };
  const counting = judged.recordings.flatMap((recording) => {
    const { time, relation } = recordedIn(world, recording, judged);
    if (relation === undefined) return [];
    if (recording.mayLie !== undefined && !overlaps(recording.mayLie, near)) return [];
    const shifts = shiftsOf(recording, time);
    // What never comes near the event must not widen the shift of what does: more footage never does harm.
    const reached = relativeShifts(shifts, eventShifts);
    if (!time.runs.some((run) => overlaps(overlappingShifts(run, required.w), reached))) return [];
    return [{ recording, time, relation, shifts }];
  });
  const byClock = Map.groupBy(counting, ({ recording }) => recording.clock);
  return {
    required,
    eventShifts,
    isTrusted: judged.facts.mayLie === undefined,
    counted: [...byClock.values()].map(sharingClock),
    issued: cameraIssued(world, judged),
  };
}

type Counting = {
  readonly recording: Recording;
  readonly time: RecordedTime;
  readonly relation: Relation;
  readonly shifts: Interval;
};

/** Recordings of one camera with the same clock share one shift, bounded by the largest of their uncertainties. */
function sharingClock(recordings: readonly Counting[]): Counted {
  const { cameraSerial, reading } = (recordings[0] as Counting).recording;
  return {
    cameraSerial,
    reading,
    shifts: hull(recordings.map(({ shifts }) => shifts)),
    video: recordings.flatMap(({ time }) => time.video),
    audio: recordings.flatMap(({ time }) => time.audio),
    ownRuns: recordings.flatMap(({ time, relation }) => (relation === "own" ? time.runs : [])),
  };
}

/** By how much a recording may lie elsewhere than told: its clock's doubt, or anywhere in its camera's booking. */
function shiftsOf({ mayLie, reading }: Recording, time: RecordedTime): Interval {
  if (mayLie === undefined) return shiftsWithin(reading.uncertaintyMs);
  const told = hull(time.runs);
  const { from, to } = startsWithin(mayLie, told);
  return { from: from - told.from, to: to - told.from };
}

type Cover = Pick<RecordedTime, "video" | "audio">;

/** What recordings whose time can be trusted cover in a world, at zero shift. */
export function coverOf(world: World, judged: JudgedCase): Cover {
  const recorded = judged.recordings
    .filter(({ mayLie }) => mayLie === undefined)
    .map((recording) => recordedIn(world, recording, judged));
  return {
    video: recorded.flatMap(({ time }) => time.video),
    audio: recorded.flatMap(({ time }) => time.audio),
  };
}

/** An officer whom the register does not know is not said to have no camera. */
function cameraIssued({ officerId }: World, { inputs }: JudgedCase): boolean {
  return inputs.officers.find((officer) => officer.officerId === officerId)?.cameraIssued ?? true;
}

/** The cameras that count in any of the choices, with how far their clocks may be wrong (± ms). */
export function camerasOf(choices: Choices): readonly {
  readonly owner: { readonly camera: string };
  readonly uncertaintyMs: number;
  readonly basis: ClockReading["basis"];
}[] {
  const counted = choices.flatMap(({ settings }) => settings.flatMap((setting) => setting.counted));
  const byCamera = Map.groupBy(counted, ({ cameraSerial, reading: { basis } }) => `${basis} ${cameraSerial}`);
  return [...byCamera.values()].map((same) => {
    const { cameraSerial, reading } = same[0] as Counted;
    const uncertaintyMs = Math.max(...same.map(({ shifts }) => shifts.to - 1));
    return { owner: { camera: cameraSerial }, uncertaintyMs, basis: reading.basis };
  });
}

/** Over all shifts of the clocks, but of those that are exact. */
function possibilitiesIn(setting: Setting, isExact: (owner: ClockOwner) => boolean): Possibilities {
  const { required, issued, isTrusted } = setting;
  const eventShifts = isTrusted && isExact("event") ? NO_SHIFT : setting.eventShifts;
  const counted = setting.counted.map((each) =>
    each.reading.basis !== "untrusted" && isExact({ camera: each.cameraSerial })
      ? { ...each, shifts: NO_SHIFT }
      : each,
  );
  const coversBy = (of: keyof Cover): ReadonlySet<CoverOutcome> =>
    possibleCovers(
      required,
      eventShifts,
      counted.map((each) => ({ shifts: each.shifts, cover: each[of] })),
    );
  const runs = counted.map(({ shifts, ownRuns }) => ({ shifts, runs: ownRuns }));
  return {
    video: coversBy("video"),
    audio: coversBy("audio"),
    duty: possibleDuties(required, eventShifts, runs, issued),
  };
}
