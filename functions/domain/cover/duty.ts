import type { DutyOutcome } from "#contracts/verdict.ts";
import { common, type Interval, union, without } from "#domain/time/intervals.ts";
import { eventShiftsFor, overlappingShifts, relativeShifts } from "#domain/time/shifts.ts";
import type { Required } from "./coverage.ts";
import type { Run } from "./recordings.ts";

/** Outcomes of the table, best first; the last two stand for having recorded nothing of the event. */
export const DUTY_FROM_BEST = ["MET", "EARLY_STOP", "LATE_START", "NO_CAMERA_ISSUED", "NOT_ON"] as const;
export type FirmDuty = (typeof DUTY_FROM_BEST)[number];

/** Runs that move in one piece: all of them by the same one of `shifts`. */
export type MovingRuns = { readonly shifts: Interval; readonly runs: readonly Run[] };

/** How good a run can be by itself, best first; the last is nothing. */
const GRADES = [0, 1, 2, 3] as const;
const NOTHING = 3;

/** For each grade the relative shifts with which a run is certain to be at least that good, and with which it may be. */
type RunGrades = {
  readonly surely: readonly (readonly Interval[])[];
  readonly perhaps: readonly (readonly Interval[])[];
};

/**
 * What the firing officer's own runs can mean for the officer's duty (contract §6), when the event moves by one of
 * `eventShifts` and each part by one of its own: the best of all runs counts. Exact for any number of parts. A run of
 * which nothing says when it was started may have been started at any time from its beginning on.
 */
export function possibleDuties(
  required: Required,
  eventShifts: Interval,
  parts: readonly MovingRuns[],
  cameraIssued: boolean,
): ReadonlySet<DutyOutcome> {
  const none: FirmDuty = cameraIssued ? "NOT_ON" : "NO_CAMERA_ISSUED";
  const graded = parts.map((part) => gradesOf(required, eventShifts, part));
  const possible = GRADES.filter((grade) => isPossible(grade, graded, eventShifts));
  return new Set(possible.map((grade) => (grade === NOTHING ? none : (DUTY_FROM_BEST[grade] as FirmDuty))));
}

/** By grade: the shifts of the event with which the part can be just that good, and with which it need be no better. */
type PartGrades = {
  readonly exactly: readonly (readonly Interval[])[];
  readonly noBetter: readonly (readonly Interval[])[];
};

function gradesOf(required: Required, eventShifts: Interval, { shifts, runs }: MovingRuns): PartGrades {
  const reach = [relativeShifts(shifts, eventShifts)];
  const each = runs.map((run) => runGrades(run, required, reach));
  const noBetter = GRADES.map((grade) =>
    each.reduce<readonly Interval[]>((left, run) => without(left, better(run.surely, grade)), reach),
  );
  const exactly = GRADES.map((grade) => {
    const some = each.flatMap(({ surely, perhaps }) => [
      ...without(surely[grade] as readonly Interval[], better(surely, grade)),
      ...without(perhaps[grade] as readonly Interval[], better(perhaps, grade)),
    ]);
    return common(union(some), noBetter[grade] as readonly Interval[]);
  });
  const seen = (differences: readonly Interval[]): readonly Interval[] =>
    eventShiftsFor(differences, shifts, eventShifts);
  return { exactly: exactly.map(seen), noBetter: noBetter.map(seen) };
}

function better(grades: RunGrades["surely"], grade: number): readonly Interval[] {
  return grades[grade - 1] ?? [];
}

function runGrades(run: Run, { c, w }: Required, reach: readonly Interval[]): RunGrades {
  const inTime = (triggerMs: number): Interval => ({
    from: Number.NEGATIVE_INFINITY,
    to: c.from - triggerMs + 1,
  });
  // A run that shares no instant with the time from C.start to W.end is nothing, whenever it was started.
  const late = union([overlappingShifts(run, { from: c.from, to: w.to })]);
  const startedAt = (triggerMs: number): readonly (readonly Interval[])[] => {
    const started = common(late, [inTime(triggerMs)]);
    return [common(started, [{ from: w.to - run.to, to: Number.POSITIVE_INFINITY }]), started];
  };
  const { triggerMs } = run;
  return {
    // Of a start that is no number no shift is in time.
    surely: [...startedAt(triggerMs ?? Number.NaN), late, reach],
    perhaps: [...startedAt(triggerMs ?? run.from), late, reach],
  };
}

/** Whether at one shift of the event one part can be just that good while none of the others need be better. */
function isPossible(grade: number, parts: readonly PartGrades[], eventShifts: Interval): boolean {
  const noBetter = ({ noBetter: by }: PartGrades): readonly Interval[] => by[grade] as readonly Interval[];
  const all = (some: readonly PartGrades[], start: readonly Interval[]): readonly Interval[] =>
    some.reduce((left, part) => common(left, noBetter(part)), start);
  if (grade === NOTHING) return all(parts, [eventShifts]).length > 0;
  return parts.some((part) => {
    return all(parts, part.exactly[grade] as readonly Interval[]).length > 0;
  });
}
