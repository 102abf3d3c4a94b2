import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FootageRecord } from "#contracts/footage.ts";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { Booking } from "#contracts/register.ts";
import type { Judgement } from "#contracts/verdict.ts";
import { type BookingColumns, type ClipColumns, type IncidentColumns, NONE } from "#domain/bulk/columns.ts";
import { BULK_OUTCOMES, coverInBulk } from "#domain/bulk/cover-in-bulk.ts";
import { judgeInBulk } from "#domain/bulk/judge-in-bulk.ts";
import { judge } from "#domain/verdict/judge.ts";
import { aBooking, aClip, anExactPolicy, anInputs, anOfficer, aRow, at } from "#test/support/build-inputs.ts";
import { propertyRuns } from "#test/support/property-runs.ts";

const OFFICERS = ["officer-1", "officer-2"];
const WEAPONS = ["WEAPON-1", "WEAPON-2"];
/** Two that are worn, and one that is mounted on one weapon or the other. */
const CAMERAS = ["WORN-1", "WORN-2", "MOUNTED"];
const JOIN_MS = 1000;
const MINUTE_MS = 60_000;

/** Ten thousand runs of a property on a busy machine. */
const LONGEST_MS = 300_000;

type Incident = { officer: number; weapon: number; from: number; duration: number };
type Gap = { from: number; to: number };
type World = { incidents: Incident[]; footage: FootageRecord[]; bookings: Booking[] };

/** Seconds from the evening's event, mostly near what decides. */
const moment = fc.oneof(
  fc.constantFrom(-30, -29.999, -30.001, 0, 0.001, 5, 4.999, 35, 34.999, 35.001),
  fc.integer({ min: -90_000, max: 90_000 }).map((ms) => ms / 1000),
);

const clip: fc.Arbitrary<FootageRecord> = fc
  .record({
    from: moment,
    length: fc.constantFrom(0, 0.5, 20, 40, 100),
    after: fc.constantFrom(0, 0.3, 1, 1.001),
    playable: fc.constantFrom(-0.4, 0, 0, 0.4, 3),
    gap: fc.constantFrom<Gap[][]>([], [], [{ from: 2, to: 3 }], [{ from: 10, to: 12.5 }]),
    serial: fc.constantFrom(...CAMERAS),
    recordingId: fc.constantFrom("R-1", "R-2"),
    paired: fc.constantFrom(undefined, ...WEAPONS),
    number: fc.integer({ min: 1, max: 99 }),
  })
  .map(({ from, length, after, playable, gap, serial, recordingId, paired, number }) => {
    const start = from + after;
    const built = aClip({
      from: start,
      to: start + length,
      camera: {
        serial,
        kind: serial === "MOUNTED" ? "weapon-mounted" : "body-worn",
        ...(paired === undefined ? {} : { weaponSerial: paired }),
      },
      declaration: { recordingId, clip: number },
      media: { playableSeconds: Math.max(0, length + playable), gaps: gap },
    });
    return {
      ...built,
      footageId: `${built.footageId}-${start}-${length}-${playable}-${gap.length}-${paired}`,
    };
  });

const booking: fc.Arbitrary<Booking> = fc
  .record({
    deviceSerial: fc.constantFrom(...CAMERAS),
    officerId: fc.constantFrom(...OFFICERS),
    from: fc.constantFrom(-3600, -60, 0, 0.001, 40),
    length: fc.constantFrom(0, 60, 7200),
  })
  .map(({ from, length, ...rest }) => aBooking({ ...rest, from: at(from), to: at(from + length) }));

const world: fc.Arbitrary<World> = fc.record({
  incidents: fc.array(
    fc.record({
      officer: fc.constantFrom(NONE, 0, 1),
      weapon: fc.constantFrom(0, 1),
      from: fc.constantFrom(-40, 0, 0, 30.5),
      duration: fc.constantFrom(0, 5, 5, 20.25),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  footage: fc.array(clip, { maxLength: 6 }),
  bookings: fc.array(booking, { maxLength: 4 }),
});

/** What the engine is given about one incident, with all of the world's footage unless told otherwise. */
function inputsOf(
  { officer, weapon, from, duration }: Incident,
  { bookings }: World,
  footage: readonly FootageRecord[],
): JudgementInputs {
  const weaponSerial = WEAPONS[weapon] as string;
  const carried =
    officer === NONE
      ? []
      : [aBooking({ deviceSerial: weaponSerial, officerId: OFFICERS[officer] as string })];
  return anInputs({
    policies: [anExactPolicy()],
    bookings: [...carried, ...bookings],
    officers: OFFICERS.map((officerId) => anOfficer({ officerId })),
    footage: [...footage],
    incident: { weaponSerial, rows: [aRow({ at: at(from), durationSeconds: duration }, { weaponSerial })] },
  });
}

function incidentColumns(incidents: readonly Incident[]): IncidentColumns {
  const start = ({ from }: Incident): number => Date.parse(at(from));
  const end = (each: Incident): number => start(each) + Math.max(1, each.duration * 1000);
  return {
    officer: Int32Array.from(incidents, ({ officer }) => officer),
    weapon: Int32Array.from(incidents, ({ weapon }) => weapon),
    eventFrom: Float64Array.from(incidents, start),
    eventTo: Float64Array.from(incidents, end),
    requiredFrom: Float64Array.from(incidents, (each) => start(each) - 30_000),
    requiredTo: Float64Array.from(incidents, (each) => end(each) + 30_000),
  };
}

/** One row a clip; a recording that is paired to two weapons is given once for each. */
function clipColumns(footage: readonly FootageRecord[]): { clips: ClipColumns; rows: FootageRecord[] } {
  const nameOf = ({ declaration: { camera, recordingId } }: FootageRecord): string =>
    `${camera.serial}/${recordingId}`;
  const names = [...new Set(footage.map(nameOf))];
  const weaponsOf = (record: FootageRecord): number[] => {
    const paired = footage
      .filter((other) => nameOf(other) === nameOf(record))
      .filter(({ declaration }) => declaration.camera.kind === "weapon-mounted")
      .flatMap(({ declaration }) => declaration.camera.weaponSerial ?? []);
    return paired.length === 0 ? [NONE] : [...new Set(paired)].map((serial) => WEAPONS.indexOf(serial));
  };
  const entries = footage.flatMap((record) => weaponsOf(record).map((weapon) => ({ record, weapon })));
  const start = ({ declaration }: FootageRecord): number => Date.parse(declaration.startTime);
  const gaps = entries.flatMap(({ record }, row) =>
    (record.media?.gaps ?? [])
      .filter(({ from, to }) => to - from > 1)
      .map(({ from, to }) => ({ row, from: start(record) + from * 1000, to: start(record) + to * 1000 })),
  );
  const columns = {
    camera: Int32Array.from(entries, ({ record }) => CAMERAS.indexOf(record.declaration.camera.serial)),
    recording: Int32Array.from(entries, ({ record }) => names.indexOf(nameOf(record))),
    weapon: Int32Array.from(entries, ({ weapon }) => weapon),
    from: Float64Array.from(entries, ({ record }) => start(record)),
    to: Float64Array.from(entries, ({ record }) =>
      Math.min(
        start(record) + Math.round((record.media?.playableSeconds ?? 0) * 1000),
        Date.parse(record.declaration.endTime) + 1000,
      ),
    ),
    gaps: {
      key: Int32Array.from(gaps, ({ row }) => row),
      from: Float64Array.from(gaps, ({ from }) => from),
      to: Float64Array.from(gaps, ({ to }) => to),
    },
  };
  return { clips: columns, rows: entries.map(({ record }) => record) };
}

function bookingColumns(bookings: readonly Booking[]): BookingColumns {
  return {
    camera: Int32Array.from(bookings, ({ deviceSerial }) => CAMERAS.indexOf(deviceSerial)),
    officer: Int32Array.from(bookings, ({ officerId }) => OFFICERS.indexOf(officerId)),
    from: Float64Array.from(bookings, ({ from }) => Date.parse(from)),
    to: Float64Array.from(bookings, ({ to }) => Date.parse(to as string)),
  };
}

describe("judging in bulk", () => {
  it(
    "covers to the millisecond what the engine's verdict says where clocks are exact",
    () => {
      fc.assert(
        fc.property(world, (given) => {
          const { incidents, footage, bookings } = given;
          const columns = incidentColumns(incidents);
          const cover = coverInBulk(columns, clipColumns(footage).clips, bookingColumns(bookings), JOIN_MS);
          incidents.forEach((incident, row) => {
            const { video, possibleOutcomes } = judge(inputsOf(incident, given, footage));
            expect({
              before: (cover.before[row] as number) / 1000,
              during: (cover.during[row] as number) / 1000,
              after: (cover.after[row] as number) / 1000,
              outcome: BULK_OUTCOMES[cover.outcome[row] as number],
            }).toEqual({
              before: video.before.coveredSeconds,
              during: video.during.coveredSeconds,
              after: video.after.coveredSeconds,
              // Of a camera with two carriers it is the outcome if it was the officer's, which is the best.
              outcome: possibleOutcomes[0],
            });
          });
        }),
        propertyRuns(400),
      );
    },
    LONGEST_MS,
  );

  it(
    "gives the outcomes, the seconds and the sources that all footage would give",
    () => {
      fc.assert(
        fc.property(world, (given) => {
          const { incidents, footage, bookings } = given;
          const { clips, rows } = clipColumns(footage);
          const inBulk = judgeInBulk(
            incidentColumns(incidents),
            clips,
            bookingColumns(bookings),
            MINUTE_MS,
            (incident, found) =>
              inputsOf(
                incidents[incident] as Incident,
                given,
                found.map((row) => rows[row] as FootageRecord),
              ),
          );
          const alone = incidents.map((incident) => judge(inputsOf(incident, given, footage)));
          const told = ({ outcome, possibleOutcomes, video, audio, duty, cycles, sources }: Judgement) => ({
            outcome,
            possibleOutcomes,
            video,
            audio,
            duty,
            cycles,
            sources,
          });
          expect([...inBulk].map(told)).toEqual(alone.map(told));
        }),
        propertyRuns(200),
      );
    },
    LONGEST_MS,
  );

  it("finds the clip that says when the wearer pressed, however early it was", () => {
    const early = aClip({ from: -4000, to: -2000, camera: { serial: "WORN-1" } });
    const late = aClip({
      from: -1999.5,
      to: 100,
      pressed: null,
      camera: { serial: "WORN-1" },
      declaration: { clip: 2 },
    });
    const footage = [late, early];
    const given = {
      incidents: [{ officer: 0, weapon: 0, from: 0, duration: 5 }],
      footage,
      bookings: [aBooking({ deviceSerial: "WORN-1" })],
    };
    const [verdict] = judgeInBulk(
      incidentColumns(given.incidents),
      clipColumns(footage).clips,
      bookingColumns(given.bookings),
      MINUTE_MS,
      (_, found) =>
        inputsOf(
          given.incidents[0] as Incident,
          given,
          found.map((row) => footage[row] as FootageRecord),
        ),
    );
    expect(verdict?.duty.outcome).toBe("MET");
  });
});
