import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type BookingColumns,
  type ClipColumns,
  type IncidentColumns,
  type KeyedSpans,
  NONE,
} from "#domain/bulk/columns.ts";
import { BULK_OUTCOMES, coverInBulk } from "#domain/bulk/cover-in-bulk.ts";
import { propertyRuns } from "#test/support/property-runs.ts";

/** Ten thousand runs of a property on a busy machine. */
const LONGEST_MS = 300_000;

type Incident = { officer: number; weapon: number; w: [number, number]; c: [number, number] };
type Clip = {
  camera: number;
  recording: number;
  weapon: number;
  at: [number, number];
  gaps: [number, number][];
};
type Booking = { camera: number; officer: number; at: [number, number] };
type World = { incidents: Incident[]; clips: Clip[]; bookings: Booking[]; joinMs: number };

const anIncident = (fields: Partial<Incident> = {}): Incident => ({
  officer: 0,
  weapon: 0,
  w: [70, 140],
  c: [100, 110],
  ...fields,
});
const aClip = (at: [number, number], fields: Partial<Clip> = {}): Clip => ({
  camera: 0,
  recording: 0,
  weapon: NONE,
  at,
  gaps: [],
  ...fields,
});
const aBooking = (fields: Partial<Booking> = {}): Booking => ({
  camera: 0,
  officer: 0,
  at: [0, 1000],
  ...fields,
});

function incidentColumns(incidents: readonly Incident[]): IncidentColumns {
  return {
    officer: Int32Array.from(incidents, ({ officer }) => officer),
    weapon: Int32Array.from(incidents, ({ weapon }) => weapon),
    eventFrom: Float64Array.from(incidents, ({ c }) => c[0]),
    eventTo: Float64Array.from(incidents, ({ c }) => c[1]),
    requiredFrom: Float64Array.from(incidents, ({ w }) => w[0]),
    requiredTo: Float64Array.from(incidents, ({ w }) => w[1]),
  };
}

function spans(entries: readonly { key: number; at: [number, number] }[]): KeyedSpans {
  return {
    key: Int32Array.from(entries, ({ key }) => key),
    from: Float64Array.from(entries, ({ at }) => at[0]),
    to: Float64Array.from(entries, ({ at }) => at[1]),
  };
}

function clipColumns(clips: readonly Clip[]): ClipColumns {
  const { key: camera, ...ends } = spans(clips.map(({ camera: key, at }) => ({ key, at })));
  return {
    ...ends,
    camera,
    recording: Int32Array.from(clips, ({ recording }) => recording),
    weapon: Int32Array.from(clips, ({ weapon }) => weapon),
    gaps: spans(clips.flatMap(({ gaps }, key) => gaps.map((at) => ({ key, at })))),
  };
}

function bookingColumns(bookings: readonly Booking[]): BookingColumns {
  const { key: camera, ...ends } = spans(bookings.map(({ camera: key, at }) => ({ key, at })));
  return { ...ends, camera, officer: Int32Array.from(bookings, ({ officer }) => officer) };
}

type Told = { before: number; during: number; after: number; outcome: string };

function coverOf({ incidents, clips, bookings, joinMs }: World): Told[] {
  const cover = coverInBulk(incidentColumns(incidents), clipColumns(clips), bookingColumns(bookings), joinMs);
  return incidents.map((_, row) => ({
    before: cover.before[row] as number,
    during: cover.during[row] as number,
    after: cover.after[row] as number,
    outcome: BULK_OUTCOMES[cover.outcome[row] as number] as string,
  }));
}

/** Slow and obvious: one millisecond after the other. */
function bitByBit({ incidents, clips, bookings, joinMs }: World): Told[] {
  return incidents.map(({ officer, weapon, w, c }) => {
    const isIn = (at: number, [from, to]: [number, number]): boolean => from <= at && at < to;
    const cameras = bookings.filter((each) => each.officer === officer && isIn(c[0], each.at));
    const counting = clips.filter(
      (clip) =>
        (officer !== NONE && cameras.some(({ camera }) => camera === clip.camera)) ||
        (weapon !== NONE && clip.weapon === weapon),
    );
    const isShown = (at: number): boolean =>
      counting.some((clip) => isIn(at, clip.at) && !clip.gaps.some((gap) => isIn(at, gap)));
    const isJoined = (at: number): boolean =>
      counting.some(
        (next) =>
          next.at[0] < next.at[1] &&
          next.at[0] > at &&
          counting.some((earlier) => earlier.recording === next.recording && earlier.at[0] <= at) &&
          at >= reachedBefore(next) &&
          next.at[0] - reachedBefore(next) <= joinMs,
      );
    const reachedBefore = (next: Clip): number =>
      Math.max(
        ...counting
          .filter(({ recording, at: [from, to] }) => recording === next.recording && from < to)
          .filter(({ at: [from] }) => from < next.at[0])
          .map(({ at: [, to] }) => to),
      );
    const covered = (from: number, to: number): number =>
      Array.from({ length: to - from }, (_, ms) => from + ms).filter((at) => isShown(at) || isJoined(at))
        .length;
    const [before, during, after] = [covered(w[0], c[0]), covered(c[0], c[1]), covered(c[1], w[1])];
    const isWhole = before + during + after === w[1] - w[0];
    return {
      before,
      during,
      after,
      outcome: isWhole ? "RECORDED" : during > 0 ? "PARTLY_RECORDED" : "UNRECORDED",
    };
  });
}

const span = (most: number): fc.Arbitrary<[number, number]> =>
  fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: most })).map(([a, b]) => [a, a + b]);
const number = fc.constantFrom(NONE, 0, 1, 1, 2);
const incident: fc.Arbitrary<Incident> = fc
  .record({
    officer: number,
    weapon: number,
    c: span(8).map(([from, to]): [number, number] => [from, to + 1]),
    lead: fc.integer({ min: 0, max: 6 }),
    tail: fc.integer({ min: 0, max: 6 }),
  })
  .map(({ c, lead, tail, ...rest }) => ({ ...rest, c, w: [c[0] - lead, c[1] + tail] }));
const clip: fc.Arbitrary<Clip> = fc.record({
  camera: fc.constantFrom(0, 1, 1, 2),
  recording: fc.constantFrom(0, 1, 2),
  weapon: number,
  at: span(12),
  gaps: fc.array(span(6), { maxLength: 2 }),
});
const world: fc.Arbitrary<World> = fc.record({
  incidents: fc.array(incident, { maxLength: 4 }),
  clips: fc.array(clip, { maxLength: 8 }),
  bookings: fc.array(
    fc.record({ camera: fc.constantFrom(0, 1, 2), officer: fc.constantFrom(0, 1, 2), at: span(30) }),
    { maxLength: 4 },
  ),
  joinMs: fc.integer({ min: 0, max: 4 }),
});

describe("cover in bulk", () => {
  it(
    "is that of every millisecond looked at by itself",
    () => {
      fc.assert(
        fc.property(world, (given) => {
          expect(coverOf(given)).toEqual(bitByBit(given));
        }),
        propertyRuns(1000),
      );
    },
    LONGEST_MS,
  );

  it(
    "does not depend on the order of entries, nor on their repetition",
    () => {
      const shuffled = <T>(list: readonly T[]): fc.Arbitrary<T[]> =>
        fc
          .array(fc.nat({ max: Math.max(0, list.length - 1) }), { maxLength: 4 })
          .map((again) => [...list, ...(list.length === 0 ? [] : again.map((row) => list[row] as T))])
          .chain((longer) => fc.shuffledSubarray(longer, { minLength: longer.length }));
      const twoOrders = world.chain((given) =>
        fc.record({ clips: shuffled(given.clips), bookings: shuffled(given.bookings) }).map((other) => ({
          given,
          other: { ...given, ...other, incidents: given.incidents.toReversed() },
        })),
      );
      fc.assert(
        fc.property(twoOrders, ({ given, other }) => {
          expect(coverOf(other).toReversed()).toEqual(coverOf(given));
        }),
        propertyRuns(1000),
      );
    },
    LONGEST_MS,
  );

  const told = (clips: Clip[], overrides: Partial<World> = {}): Told => {
    const given = { incidents: [anIncident()], bookings: [aBooking()], joinMs: 5, clips, ...overrides };
    return coverOf(given)[0] as Told;
  };

  it("tells the milliseconds before, during and after the event apart", () => {
    expect(told([aClip([90, 125])])).toEqual({
      before: 10,
      during: 10,
      after: 15,
      outcome: "PARTLY_RECORDED",
    });
  });

  it("is RECORDED only when not one millisecond is missing", () => {
    expect(told([aClip([70, 140])]).outcome).toBe("RECORDED");
    expect(told([aClip([71, 140])]).outcome).toBe("PARTLY_RECORDED");
    expect(told([aClip([70, 139])]).outcome).toBe("PARTLY_RECORDED");
  });

  it("takes touching for not covering", () => {
    const touching = told([aClip([50, 100]), aClip([110, 200], { recording: 1 })]);
    expect(touching).toEqual({ before: 30, during: 0, after: 30, outcome: "UNRECORDED" });
  });

  it("joins clips of one recording up to the limit, not beyond it, and not those of two", () => {
    const hole = (ms: number, recording = 0): number =>
      told([aClip([60, 102]), aClip([102 + ms, 200], { recording })]).during;
    expect(hole(5)).toBe(10);
    expect(hole(6)).toBe(4);
    expect(hole(5, 1)).toBe(5);
  });

  it("joins clips of which neither touches W", () => {
    const within = { incidents: [anIncident({ w: [100, 103], c: [101, 102] })] };
    expect(told([aClip([0, 99]), aClip([104, 200])], within).outcome).toBe("RECORDED");
  });

  it("joins across another recording that lies inside the hole", () => {
    expect(told([aClip([60, 101]), aClip([102, 103], { recording: 1 }), aClip([106, 200])]).during).toBe(10);
  });

  it("joins to the clip that reaches furthest, though a shorter one lies within it", () => {
    expect(told([aClip([60, 104]), aClip([70, 80]), aClip([107, 200])]).during).toBe(10);
  });

  it("leaves out gaps in the pictures, unless another clip shows them", () => {
    const gappy = aClip([60, 200], {
      gaps: [
        [104, 106],
        [101, 103],
      ],
    });
    expect(told([gappy]).during).toBe(6);
    expect(told([gappy, aClip([100, 105], { recording: 1 })]).during).toBe(9);
  });

  it("counts the camera that is booked at the start of the event, whoever had it when the clip began", () => {
    const from = (start: number, end: number): Told =>
      told([aClip([0, 200])], { bookings: [aBooking({ at: [start, end] })] });
    expect(from(100, 101).outcome).toBe("RECORDED");
    expect(from(0, 100).outcome).toBe("UNRECORDED");
    expect(from(101, 1000).outcome).toBe("UNRECORDED");
  });

  it("counts a booking whose end nobody knows", () => {
    const bookings = [aBooking({ at: [50, Number.POSITIVE_INFINITY] })];
    expect(told([aClip([0, 200])], { bookings }).outcome).toBe("RECORDED");
  });

  it("does not count a colleague's camera", () => {
    expect(
      told([aClip([0, 200], { camera: 1 })], { bookings: [aBooking({ camera: 1, officer: 1 })] }).outcome,
    ).toBe("UNRECORDED");
  });

  it("counts the camera that is mounted on the weapon, though nobody booked it", () => {
    const mounted = aClip([0, 200], { camera: 7, weapon: 0 });
    expect(told([mounted], { bookings: [] }).outcome).toBe("RECORDED");
    expect(told([mounted], { bookings: [], incidents: [anIncident({ weapon: 1 })] }).outcome).toBe(
      "UNRECORDED",
    );
  });

  it("counts nothing where neither officer nor weapon is known", () => {
    const unknown = anIncident({ officer: NONE, weapon: NONE });
    expect(told([aClip([0, 200])], { incidents: [unknown] }).outcome).toBe("UNRECORDED");
  });
});
