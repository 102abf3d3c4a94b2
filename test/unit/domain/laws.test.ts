import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FootageRecord } from "#contracts/footage.ts";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { CoverOutcome } from "#contracts/verdict.ts";
import type { WeaponRow } from "#contracts/weapon-log.ts";
import { canonicalJson } from "#domain/verdict/canonical.ts";
import { judge } from "#domain/verdict/judge.ts";
import {
  aBooking,
  aClip,
  anExactPolicy,
  anInputs,
  anOfficer,
  aReport,
  aRow,
  at,
  CAMERA,
  COLLEAGUE,
  OTHER_CAMERA,
} from "#test/support/build-inputs.ts";
import { propertyRuns } from "#test/support/property-runs.ts";

const FROM_WORST: readonly CoverOutcome[] = ["UNRECORDED", "PARTLY_RECORDED", "RECORDED"];

/** Seconds from the event, mostly near what decides. */
const moment = fc.oneof(
  fc.constantFrom(-30, -29.999, -30.001, 0, 0.001, 5, 4.999, 35, 34.999, 35.001),
  fc.integer({ min: -120, max: 120 }),
);

const clip: fc.Arbitrary<FootageRecord> = fc
  .record({
    ends: fc.tuple(moment, moment),
    recordingId: fc.constantFrom("R-1", "R-2", "R-3"),
    number: fc.integer({ min: 1, max: 9 }),
    serial: fc.constantFrom(CAMERA, OTHER_CAMERA, "POOL"),
    kind: fc.constantFrom(
      "body-worn" as const,
      "body-worn" as const,
      "vehicle" as const,
      "weapon-mounted" as const,
    ),
    state: fc.constantFrom(
      "ACCEPTED" as const,
      "ACCEPTED" as const,
      "ACCEPTED" as const,
      "REJECTED" as const,
      "AWAITING_UPLOAD" as const,
    ),
    incidentRef: fc.constantFrom(undefined, "CAD 1"),
    clock: fc.constantFrom(
      "right" as const,
      "right" as const,
      "right" as const,
      "unset" as const,
      "minute-fast" as const,
    ),
    playable: fc.double({ min: 0, max: 200, noNaN: true }),
    gap: fc.option(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 })), {
      nil: undefined,
    }),
    pressed: fc.option(moment, { nil: null }),
  })
  .map(
    ({
      ends: [a, b],
      recordingId,
      number,
      serial,
      kind,
      state,
      incidentRef,
      clock,
      playable,
      gap,
      pressed,
    }) => {
      const clocks = {
        right: {},
        unset: { clock: { unset: true } },
        "minute-fast": {
          clock: { deviceClock: "2026-11-22T06:01:00Z", gatewayClock: "2026-11-22T06:00:00Z" },
        },
      };
      const built = aClip({
        from: Math.min(a, b),
        to: Math.max(a, b),
        pressed,
        camera: { serial, kind },
        declaration: {
          recordingId,
          clip: number,
          ...(incidentRef === undefined ? {} : { incidentRef }),
          ...clocks[clock],
        },
        media: {
          playableSeconds: playable,
          gaps: gap === undefined ? [] : [{ from: Math.min(...gap), to: Math.max(...gap) }],
        },
        record: { state },
      });
      return { ...built, footageId: `f-${serial}-${kind}-${recordingId}-${number}-${a}-${b}` };
    },
  );

const inputs: fc.Arbitrary<JudgementInputs> = fc
  .record({
    footage: fc.array(clip, { maxLength: 5 }),
    rows: fc.constantFrom<WeaponRow[]>(
      [aRow({ seq: 1 })],
      [
        aRow({ seq: 1, type: "armed", at: at(-10) }),
        aRow({ seq: 2 }),
        aRow({ seq: 3, at: at(20), durationSeconds: 3 }),
      ],
      [aRow({ seq: 1, type: "armed" }), aRow({ seq: 2, type: "safe", at: at(30) })],
      [aRow({ seq: 1, at: "2000-01-01T00:10:00Z" })],
      [],
    ),
    bookings: fc.subarray([
      aBooking(),
      aBooking({ officerId: COLLEAGUE, from: at(-3600) }),
      aBooking({ deviceSerial: CAMERA }),
      aBooking({ deviceSerial: CAMERA, officerId: COLLEAGUE, from: at(-60), to: at(3) }),
      aBooking({ deviceSerial: OTHER_CAMERA, officerId: COLLEAGUE }),
    ]),
    reports: fc.subarray([
      aReport({ incidentRef: "CAD 1" }),
      aReport({ reportId: "r-0", officerId: COLLEAGUE, statedAt: at(60) }),
    ]),
    now: fc.constantFrom(at(60), at(200_000), at(2_000_000)),
  })
  .map(({ rows, ...rest }) => anInputs({ ...rest, officers: [anOfficer()], incident: { rows } }));

const shuffled = <T>(list: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...list], { minLength: list.length });

describe("laws of the verdict", () => {
  it("order and repetition never matter", () => {
    const arbitrary = inputs.chain((given) =>
      fc
        .record({
          footage: shuffled([...given.footage, ...given.footage.slice(0, 1)]),
          bookings: shuffled([...given.bookings, ...given.bookings.slice(0, 1)]),
          reports: shuffled(given.reports),
          rows: shuffled(given.incident.rows),
        })
        .map(
          ({ rows, ...lists }) =>
            [given, { ...given, ...lists, incident: { ...given.incident, rows } }] as const,
        ),
    );
    fc.assert(
      fc.property(arbitrary, ([given, reordered]) => {
        expect(canonicalJson(judge(reordered))).toBe(canonicalJson(judge(given)));
      }),
      propertyRuns(300),
    );
  });

  it("another accepted recording lowers neither the best nor the worst", () => {
    const rank = (outcomes: readonly CoverOutcome[]): readonly number[] =>
      outcomes.map((outcome) => FROM_WORST.indexOf(outcome));
    fc.assert(
      fc.property(inputs, clip, (given, added) => {
        const before = judge(given);
        const another = { ...added, declaration: { ...added.declaration, recordingId: "R-another" } };
        const after = judge({ ...given, footage: [...given.footage, another] });
        for (const which of [
          (it: typeof before) => it.possibleOutcomes,
          (it: typeof before) => it.audio.possibleOutcomes,
        ]) {
          expect(Math.max(...rank(which(after)))).toBeGreaterThanOrEqual(Math.max(...rank(which(before))));
          expect(Math.min(...rank(which(after)))).toBeGreaterThanOrEqual(Math.min(...rank(which(before))));
        }
      }),
      propertyRuns(400),
    );
  });

  it("nothing is RECORDED without accepted footage", () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const footage = given.footage.map((each) => ({
          ...each,
          state: each.state === "ACCEPTED" ? ("PROCESSING" as const) : each.state,
        }));
        const found = judge({ ...given, footage });
        expect(found.possibleOutcomes).toEqual(["UNRECORDED"]);
        expect(found.audio.possibleOutcomes).toEqual(["UNRECORDED"]);
        expect(found.sources).toEqual([]);
      }),
      propertyRuns(300),
    );
  });

  it("what is told is one of what is possible", () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const { possibleOutcomes, outcome, video } = judge(given);
        expect(possibleOutcomes.length).toBeGreaterThan(0);
        if (FROM_WORST.some((known) => known === outcome)) expect(possibleOutcomes).toEqual([outcome]);
        expect(video.coveredSeconds).toBeLessThanOrEqual(video.requiredSeconds);
      }),
      propertyRuns(300),
    );
  });
});

describe("cover against a bitmap of the whole evening", () => {
  /** One recording a clip, clocks exactly right: what a ruler on paper gives, to the tenth of a second. */
  const tenth = fc.integer({ min: -700, max: 800 });
  const strips = fc.array(fc.tuple(tenth, tenth, fc.integer({ min: 0, max: 30 })), { maxLength: 6 });

  it("gives the same outcome and seconds", () => {
    fc.assert(
      fc.property(strips, (spans) => {
        const footage = spans.map(([a, b, cut], index) => {
          const from = Math.min(a, b);
          const to = Math.max(a, b);
          const playableSeconds = Math.max(0, to - from - cut) / 10;
          return aClip({
            from: from / 10,
            to: to / 10,
            declaration: { recordingId: `R-${index}` },
            media: { playableSeconds },
          });
        });
        const covered = (tick: number): boolean =>
          spans.some(([a, b, cut]) => Math.min(a, b) <= tick && tick < Math.max(a, b) - cut);
        const ticks = Array.from({ length: 650 }, (_, index) => index - 300);
        const count = ticks.filter(covered).length;
        const event = ticks.filter((tick) => tick >= 0 && tick < 50 && covered(tick)).length;
        const { outcome, video } = judge(anInputs({ policies: [anExactPolicy()], footage }));
        expect(Math.round(video.coveredSeconds * 10)).toBe(count);
        expect(Math.round(video.during.coveredSeconds * 10)).toBe(event);
        expect(outcome).toBe(count === 650 ? "RECORDED" : event > 0 ? "PARTLY_RECORDED" : "UNRECORDED");
      }),
      propertyRuns(400),
    );
  });
});
