import type { CoverOutcome, DutyOutcome } from "#contracts/verdict.ts";
import { everyBetween, outcomeOf, type Required } from "./coverage.ts";
import { DUTY_FROM_BEST, possibleDuties } from "./duty.ts";
import { type EventTime, hull, shiftEvent } from "./event-times.ts";
import { type Interval, overlaps } from "./intervals.ts";
import { isDoubtful, type JudgedCase, recordedIn, requiredOf, type World } from "./judged-case.ts";
import { type RecordedTime, type Recording, shiftRecorded } from "./recordings.ts";

/** Doubtful cameras of which every combination is tried; of more, nothing between the ends is ruled out. */
const DOUBTFUL_CAMERAS = 5;

/** Places of an untrusted recording that are tried; with more, nothing between the ends is ruled out. */
const PLACES = 5000;

/** Everything that the outcomes can be, over all that is not known. */
export type Possibilities = {
  readonly video: ReadonlySet<CoverOutcome>;
  readonly audio: ReadonlySet<CoverOutcome>;
  readonly duty: ReadonlySet<DutyOutcome>;
};

/**
 * The outcomes that are possible over all carriers, all readings of an ambiguous time and all places of untrusted
 * events and recordings (contract §2, §4 and §6). Exact where one thing moves; where several do, it never rules out
 * what might be. Clocks that are measured or assumed are taken as exact: their uncertainty is told, not tried.
 */
export function possibilitiesOf(prepared: JudgedCase): Possibilities {
  const judged = { ...prepared, recordings: prepared.recordings.filter((each) => mayCount(each, prepared)) };
  const { officerIds } = judged.facts;
  const officers = officerIds.length > 0 ? officerIds : [undefined];
  return merge(
    officers.flatMap((officerId) =>
      readingsOf(judged).map((event) => possibilitiesAt({ officerId, event, notOwn: new Set() }, judged)),
    ),
  );
}

/**
 * Whether there is a world in which the recording counts: it holds something, and belongs to a possible officer at
 * some time or is linked otherwise. A busy shift has thousands of others near an event whose time nobody knows.
 */
function mayCount(recording: Recording, judged: JudgedCase): boolean {
  const { officerIds, times } = judged.facts;
  if (judged.usable.get(recording.key)?.footageId === undefined) return false;
  if (recording.carriages.some(({ officerId }) => officerIds.includes(officerId))) return true;
  return times.some((event) => {
    const world: World = { officerId: undefined, event, notOwn: new Set() };
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
function possibilitiesAt(world: World, judged: JudgedCase): Possibilities {
  const doubtful = judged.recordings
    .filter((recording) => isDoubtful(world, recording))
    .map(({ cameraSerial }) => cameraSerial);
  const serials = [...new Set(doubtful)];
  const choices =
    serials.length > DOUBTFUL_CAMERAS ? [new Set<string>(), new Set(serials)] : subsetsOf(serials);
  const found = merge(choices.map((notOwn) => possibilitiesIn({ ...world, notOwn }, judged)));
  return serials.length > DOUBTFUL_CAMERAS ? widened(found) : found;
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

function isRecordedDuty(duty: DutyOutcome): boolean {
  return duty !== "NO_CAMERA_ISSUED" && duty !== "NOT_ON";
}

/** All readings of when the event was; for an untrusted one, a place on each side of whatever could change. */
function readingsOf({ facts, recordings, usable }: JudgedCase): readonly EventTime[] {
  const { times, mayLie } = facts;
  if (mayLie === undefined) return times;
  const [event] = times;
  const { c, w } = requiredOf(event, facts);
  const [earliest, latest] = startsWithin(mayLie, c);
  const marks = recordings.flatMap(({ key, carriages }) => [
    ...marksOf(usable.get(key) as RecordedTime),
    ...carriages.flatMap(({ from, to }) => [from, to]),
  ]);
  const starts = marks.flatMap((mark) => [c.from, c.to, w.from, w.to].map((edge) => mark - (edge - c.from)));
  return aroundEach([earliest, latest, ...starts], earliest, latest).map((from) =>
    shiftEvent(event, from - c.from),
  );
}

/**
 * The first and the last start of something that lies within a window; of something longer than the window, of all
 * places in which it fills it.
 */
function startsWithin(window: Interval, thing: Interval): readonly [number, number] {
  const ends = [window.from, window.to - (thing.to - thing.from)] as const;
  return [Math.min(...ends), Math.max(...ends)];
}

/** The instants of a recording at which an outcome can change. */
function marksOf(time: RecordedTime): readonly number[] {
  const triggers = time.runs.flatMap(({ triggerMs }) => triggerMs ?? []);
  return [...[...time.video, ...time.audio, ...time.runs].flatMap(({ from, to }) => [from, to]), ...triggers];
}

/** Each of the whole numbers with its neighbours, held inside [least, most]. */
function aroundEach(numbers: readonly number[], least: number, most: number): readonly number[] {
  const around = numbers.flatMap((number) => [number - 1, number, number + 1]);
  return [...new Set(around.filter((number) => number >= least && number <= most))];
}

/** Every cover of one world: what is certain of time, and recordings whose time is not. */
function possibilitiesIn(world: World, judged: JudgedCase): Possibilities {
  const required = requiredOf(world.event, judged.facts);
  const issued = cameraIssued(world, judged);
  const base = coverOf(world, judged);
  const loose = judged.recordings.filter(
    (recording) =>
      recording.mayLie !== undefined &&
      overlaps(recording.mayLie, required.w) &&
      recordedIn(world, recording, judged).time.runs.length > 0,
  );
  const [only, ...more] = loose;
  if (only === undefined) return judgeCover(required, base, issued);
  const places =
    more.length > 0 || judged.facts.mayLie !== undefined ? [] : placesOf(world, only, base, judged);
  if (places.length === 0) return boundsOf(world, loose, base, judged);
  return merge(places.map((place) => judgeCover(required, place, issued)));
}

type Cover = Pick<RecordedTime, "video" | "audio"> & { readonly ownRuns: RecordedTime["runs"] };

/** What recordings whose time can be trusted cover in a world, and which runs are the officer's own. */
export function coverOf(world: World, judged: JudgedCase): Cover {
  const recorded = judged.recordings
    .filter(({ mayLie }) => mayLie === undefined)
    .map((recording) => recordedIn(world, recording, judged));
  return {
    video: recorded.flatMap(({ time }) => time.video),
    audio: recorded.flatMap(({ time }) => time.audio),
    ownRuns: recorded.flatMap(({ time, relation }) => (relation === "own" ? time.runs : [])),
  };
}

function judgeCover(required: Required, cover: Cover, issued: boolean): Possibilities {
  return {
    video: new Set([outcomeOf(required, cover.video)]),
    audio: new Set([outcomeOf(required, cover.audio)]),
    duty: possibleDuties(required, cover.ownRuns, issued),
  };
}

/** An officer whom the register does not know is not said to have no camera. */
function cameraIssued({ officerId }: World, { inputs }: JudgedCase): boolean {
  return inputs.officers.find((officer) => officer.officerId === officerId)?.cameraIssued ?? true;
}

/**
 * The covers of a world whose one untrusted recording stands at each place where anything could change; none where
 * there are too many places to try.
 */
function placesOf(world: World, loose: Recording, base: Cover, judged: JudgedCase): readonly Cover[] {
  const mayLie = loose.mayLie as Interval;
  const { time, relation } = recordedIn(world, loose, judged);
  const { c, w } = requiredOf(world.event, judged.facts);
  const [earliest, latest] = startsWithin(mayLie, hull(time.runs));
  const { from } = hull(time.runs);
  const [least, most] = [earliest - from, latest - from];
  const still = [
    c.from,
    c.to,
    w.from,
    w.to,
    ...[...base.video, ...base.audio].flatMap(({ from, to }) => [from, to]),
  ];
  const shifts = marksOf(time).flatMap((moving) => still.map((mark) => mark - moving));
  const places = aroundEach([least, most, ...shifts], least, most);
  if (places.length > PLACES) return [];
  return places.map((shiftMs) => {
    const { video, audio, runs } = shiftRecorded(time, shiftMs);
    return {
      video: [...base.video, ...video],
      audio: [...base.audio, ...audio],
      ownRuns: relation === "own" ? [...base.ownRuns, ...runs] : base.ownRuns,
    };
  });
}

/** Several untrusted recordings: nothing between having none of them and having them everywhere is ruled out. */
function boundsOf(world: World, loose: readonly Recording[], base: Cover, judged: JudgedCase): Possibilities {
  const required = requiredOf(world.event, judged.facts);
  const issued = cameraIssued(world, judged);
  const everywhere = loose.map(({ mayLie }) => mayLie as Interval);
  const own = loose.some((recording) => recordedIn(world, recording, judged).relation === "own");
  const atWorst = judgeCover(required, base, issued);
  const atBest = judgeCover(
    required,
    {
      video: [...base.video, ...everywhere],
      audio: [...base.audio, ...everywhere],
      ownRuns: own
        ? [...base.ownRuns, { from: required.w.from, to: required.w.to, triggerMs: required.c.from }]
        : base.ownRuns,
    },
    issued,
  );
  return widened(merge([atWorst, atBest]));
}
