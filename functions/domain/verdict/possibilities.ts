import type { CoverOutcome, DutyOutcome, Relation } from "#contracts/verdict.ts";
import { everyBetween, type Required } from "#domain/cover/coverage.ts";
import { DUTY_FROM_BEST, possibleDuties } from "#domain/cover/duty.ts";
import { possibleCovers } from "#domain/cover/possible-covers.ts";
import type { RecordedTime, Recording, Run } from "#domain/cover/recordings.ts";
import { type Carriage, carriersAt } from "#domain/log/bookings.ts";
import { type EventTime, hull } from "#domain/log/event-times.ts";
import type { IncidentFacts } from "#domain/log/incident-facts.ts";
import type { ClockOwner } from "#domain/rules/case-facts.ts";
import type { ClockReading } from "#domain/time/clocks.ts";
import { type Interval, overlaps } from "#domain/time/intervals.ts";
import { NO_SHIFT, overlappingShifts, relativeShifts, shiftsWithin } from "#domain/time/shifts.ts";
import {
  isDoubtful,
  type JudgedCase,
  recordedIn,
  requiredOf,
  type World,
} from "#domain/verdict/judged-case.ts";

/** Doubtful cameras of which every combination is tried; of more, nothing between the ends is ruled out. */
const DOUBTFUL_CAMERAS = 5;

/** Everything that the outcomes can be, over all that is not known. */
export type Possibilities = {
  readonly video: ReadonlySet<CoverOutcome>;
  readonly audio: ReadonlySet<CoverOutcome>;
  readonly duty: ReadonlySet<DutyOutcome>;
};

/** One way in which everything may have been, but for the shifts of the clocks. */
type Setting = {
  readonly required: Required;
  readonly eventShifts: Interval;
  /** Whether the event's time is known but for its clock's uncertainty. */
  readonly isTrusted: boolean;
  readonly counted: readonly Counted[];
  readonly issued: boolean;
};

/** Recordings of a camera that count and share one clock. */
type Counted = {
  readonly cameraSerial: string;
  readonly reading: ClockReading;
  /** Each with how far its own reading of the clock may be wrong. */
  readonly members: readonly Moving[];
};

/** What moves in one piece: all of it by the same one of `shifts`. */
type Moving = {
  readonly shifts: Interval;
  readonly video: readonly Interval[];
  readonly audio: readonly Interval[];
  readonly ownRuns: readonly Run[];
};

/** Settings of which one is true; with `onlyEnds` they are the best and the worst of very many. */
type Choice = {
  readonly officerId: string | undefined;
  readonly settings: readonly Setting[];
  readonly onlyEnds: boolean;
};

/** The case over all that is not known but the shifts of its clocks. */
export type Choices = readonly Choice[];

/**
 * All carriers, all readings of an ambiguous time, and all places of the event between which somebody else carried the
 * weapon or a camera (contract §2, §4 and §6).
 */
export function choicesOf(prepared: JudgedCase): Choices {
  const { officerIds: known, carriages } = prepared.facts;
  const mayFire = new Set([...known, ...carriages.map(({ officerId }) => officerId)]);
  // Stryker disable next-line MethodExpression: what cannot count is left out to save work
  const recordings = prepared.recordings.filter((each) => mayCount(each, mayFire, prepared));
  const judged = { ...prepared, recordings };
  return placesOf(judged).flatMap(({ officerIds, shifts, ...place }) =>
    officerIds.map((officerId) => choiceOf({ ...place, officerId, notOwn: new Set() }, shifts, judged)),
  );
}

/** Whether somebody carried the weapon in each of the choices. */
export function isCarried(choices: Choices): boolean {
  return choices.every(({ officerId }) => officerId !== undefined);
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
    choices.flatMap(({ settings, onlyEnds }) => {
      // An event that is known exactly is not elsewhere.
      const left = settings.filter(({ eventShifts, isTrusted }) => {
        return !(isTrusted && isExact("event")) || overlaps(eventShifts, NO_SHIFT);
      });
      if (left.length === 0) return [];
      const found = merge(left.map((setting) => possibilitiesIn(setting, isExact)));
      return [onlyEnds ? widened(found) : found];
    }),
  );
}

/**
 * Whether there is a world in which the recording counts: it holds something, and belongs to a possible officer at
 * some time or is linked otherwise. A busy shift has thousands of others near an event whose time nobody knows.
 */
function mayCount(recording: Recording, mayFire: ReadonlySet<string>, judged: JudgedCase): boolean {
  const { times } = judged.facts;
  // Stryker disable next-line all: a recording that holds nothing may be kept, it only costs work
  if (judged.usable.get(recording.key)?.footageId === undefined) return false;
  // Stryker disable next-line ConditionalExpression: a recording of nobody's may be kept, it only costs work
  if (recording.carriages.some(({ officerId }) => mayFire.has(officerId))) return true;
  return times.some((event) => {
    const world: World = { officerId: undefined, event, carriedAt: event.c.from, notOwn: new Set() };
    // Stryker disable next-line ConditionalExpression: a recording that nothing links may be kept, it only costs work
    return recordedIn(world, recording, judged).relation !== undefined;
  });
}

/** The world that findings and seconds are told of: the first carrier, the first reading, cameras with their booked. */
export function toldWorld({ facts }: JudgedCase): World {
  const [event] = facts.times;
  return { officerId: facts.officerIds[0], event, carriedAt: event.c.from, notOwn: new Set() };
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
  return {
    officerId: world.officerId,
    settings: notOwn.map((each) => settingOf({ ...world, notOwn: each }, shifts, judged)),
    onlyEnds,
  };
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

/** A reading of when the event was, with shifts by which it may be wrong and among which nothing changes hands. */
type Place = {
  readonly event: EventTime;
  readonly shifts: Interval;
  readonly carriedAt: number;
  /** Who may have carried the weapon there; nobody known is one of them. */
  readonly officerIds: readonly (string | undefined)[];
};

/**
 * The readings of when the event was, cut where bookings begin or end: C.start moves with the clock's doubt, and the
 * bookings say whose the weapon and the cameras were at it.
 */
function placesOf(judged: JudgedCase): readonly Place[] {
  const { times, mayLie, uncertaintyMs } = judged.facts;
  if (mayLie === undefined) return times.flatMap((event) => cut(event, shiftsWithin(uncertaintyMs), judged));
  const [event] = times;
  const starts = startsWithin(mayLie, event.c);
  return cut(event, { from: starts.from - event.c.from, to: starts.to - event.c.from }, judged);
}

function cut(event: EventTime, shifts: Interval, { facts, recordings }: JudgedCase): readonly Place[] {
  const firstRowMs = event.rows[0]?.at.from ?? event.c.from;
  const changes = [
    ...recordings.flatMap(({ carriages }) => carriages.flatMap(edgesOf)).map((at) => at - event.c.from),
    ...facts.carriages.flatMap(edgesOf).map((at) => at - firstRowMs),
  ];
  const inside = [...new Set(changes)].filter((at) => at > shifts.from && at < shifts.to);
  const edges = [shifts.from, ...inside.sort((a, b) => a - b), shifts.to];
  return edges.slice(1).map((to, index) => {
    const from = edges[index] as number;
    const officerIds = officersAt(firstRowMs + from, facts);
    return { event, shifts: { from, to }, carriedAt: event.c.from + from, officerIds };
  });
}

const edgesOf = ({ from, to }: Carriage): readonly number[] => [from, to];

/** Who may have carried the weapon when its first row was at the instant (ms). */
function officersAt(ms: number, facts: IncidentFacts): readonly (string | undefined)[] {
  const { placed, mayLie, carriages, reportedOfficerIds } = facts;
  // C of an untrusted use lies in the weapon's last booking, rows before C may not: they are that booking's all the same.
  const at = Math.max(ms, mayLie?.from ?? ms);
  const booked = placed.length === 0 ? [] : carriersAt(carriages, at);
  const officerIds = [...new Set([...booked, ...reportedOfficerIds])];
  return officerIds.length > 0 ? officerIds : [undefined];
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
  const near =
    judged.facts.mayLie === undefined
      ? required.w
      : { from: from + eventShifts.from, to: to + eventShifts.to - 1 };
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

/**
 * Recordings of one camera with the same clock share one shift, each as far as its own uncertainty goes: another
 * recording, of which the clock says less, must not widen the doubt of one that was recorded just after a setting.
 */
function sharingClock(recordings: readonly Counting[]): Counted {
  const { cameraSerial, reading } = (recordings[0] as Counting).recording;
  return {
    cameraSerial,
    reading,
    members: recordings.map(({ time, relation, shifts }) => ({
      shifts,
      video: time.video,
      audio: time.audio,
      ownRuns: relation === "own" ? time.runs : [],
    })),
  };
}

/** Ways to share shifts of which every combination is tried; of more, each recording moves by itself. */
const SHARED_WAYS = 243;

/** The parts that move, in each of the ways in which the clocks' shifts can lie to the recordings' own bounds. */
function waysToMove(counted: readonly Counted[]): readonly (readonly Moving[])[] {
  const ways = counted.map(({ members }) => waysOf(members));
  if (ways.reduce((product, { length }) => product * length, 1) > SHARED_WAYS)
    return [counted.flatMap(({ members }) => members)];
  return ways.reduce<readonly (readonly Moving[])[]>(
    (all, each) => all.flatMap((parts) => each.map((more) => [...parts, ...more])),
    [[]],
  );
}

/** One shift for all members, and for each that it would take too far the nearest of its own. */
function waysOf(members: readonly Moving[]): readonly (readonly Moving[])[] {
  const bounds = [...new Set(members.flatMap(({ shifts: { from, to } }) => [from, to - 1]))].sort(
    (a, b) => a - b,
  );
  if (bounds.length < 3) return [[together(members)]];
  return bounds.slice(1).map((last, index) => {
    const first = bounds[index] as number;
    const isFree = ({ shifts }: Moving): boolean => shifts.from <= first && shifts.to > last;
    const free = { ...together(members.filter(isFree)), shifts: { from: first, to: last + 1 } };
    const held = members
      .filter((member) => !isFree(member))
      .map((member) => {
        const at = member.shifts.from > first ? member.shifts.from : member.shifts.to - 1;
        return { ...member, shifts: { from: at, to: at + 1 } };
      });
    return [free, ...held];
  });
}

function together(members: readonly Moving[]): Moving {
  return {
    shifts: hull(members.map(({ shifts }) => shifts)),
    video: members.flatMap(({ video }) => video),
    audio: members.flatMap(({ audio }) => audio),
    ownRuns: members.flatMap(({ ownRuns }) => ownRuns),
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
    const uncertaintyMs = Math.max(
      ...same.flatMap(({ members }) => members.map(({ shifts }) => shifts.to - 1)),
    );
    return { owner: { camera: cameraSerial }, uncertaintyMs, basis: reading.basis };
  });
}

/** Over all shifts of the clocks, but of those that are exact. */
function possibilitiesIn(setting: Setting, isExact: (owner: ClockOwner) => boolean): Possibilities {
  const { required, issued, isTrusted } = setting;
  const eventShifts = isTrusted && isExact("event") ? NO_SHIFT : setting.eventShifts;
  const counted = setting.counted.map((each) =>
    each.reading.basis !== "untrusted" && isExact({ camera: each.cameraSerial })
      ? { ...each, members: each.members.map((member) => ({ ...member, shifts: NO_SHIFT })) }
      : each,
  );
  return merge(
    waysToMove(counted).map((parts) => {
      const coversBy = (of: keyof Cover): ReadonlySet<CoverOutcome> =>
        possibleCovers(
          required,
          eventShifts,
          parts.map((each) => ({ shifts: each.shifts, cover: each[of] })),
        );
      const runs = parts.map(({ shifts, ownRuns }) => ({ shifts, runs: ownRuns }));
      return {
        video: coversBy("video"),
        audio: coversBy("audio"),
        duty: possibleDuties(required, eventShifts, runs, issued),
      };
    }),
  );
}
