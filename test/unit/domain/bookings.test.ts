import { describe, expect, it } from "vitest";
import type { Booking } from "#contracts/register.ts";
import { readingsOf } from "#domain/log/bookings.ts";
import { judge } from "#domain/verdict/judge.ts";
import {
  aBooking,
  aClip,
  anInputs,
  aReport,
  aRow,
  CAMERA,
  COLLEAGUE,
  OFFICER,
} from "#test/support/build-inputs.ts";

/** The night on which the clocks go back: 01:30 is at 00:30 and at 01:30 UTC. The discharge lies between. */
const EARLY = "2026-10-25T00:30:00.000Z";
const LATE = "2026-10-25T01:30:00.000Z";
const BETWEEN = "2026-10-25T01:00:00.000Z";
const AFTER = "2026-10-25T01:45:00.000Z";
const MORNING = "2026-10-25T07:00:00.000Z";
const CLOCK = { deviceClock: MORNING, gatewayClock: MORNING };
const FIRM = { from: "2026-10-24T14:00:00.000Z", to: "2026-10-25T06:00:00.000Z" };
const CAMERA_FIRM = aBooking({ deviceSerial: CAMERA, ...FIRM });
const BEGINS_TWICE = { from: EARLY, fromAlso: LATE, to: FIRM.to };
const ENDS_TWICE = { from: FIRM.from, to: LATE, toAlso: EARLY };

function judged(bookings: readonly Booking[], firedAt = BETWEEN, more: Parameters<typeof anInputs>[0] = {}) {
  const start = Date.parse(firedAt);
  const clip = aClip({
    declaration: {
      startTime: new Date(start - 60_000).toISOString(),
      endTime: new Date(start + 65_000).toISOString(),
      triggerOnTime: new Date(start - 60_000).toISOString(),
      clock: CLOCK,
    },
    record: { declaredAt: MORNING },
  });
  return judge(
    anInputs({
      now: "2026-11-21T00:00:00.000Z",
      bookings: [...bookings],
      footage: [clip],
      incident: { rows: [aRow({ at: firedAt }, { clock: CLOCK, receivedAt: MORNING })] },
      ...more,
    }),
  );
}

const codes = ({ findings }: ReturnType<typeof judge>): readonly string[] => findings.map(({ code }) => code);

describe("a booking at a local time that exists twice", () => {
  it.each([
    ["the camera's booking begins", aBooking(FIRM), aBooking({ deviceSerial: CAMERA, ...BEGINS_TWICE })],
    ["the camera's booking ends", aBooking(FIRM), aBooking({ deviceSerial: CAMERA, ...ENDS_TWICE })],
    ["the weapon's booking begins", aBooking(BEGINS_TWICE), CAMERA_FIRM],
    ["the weapon's booking ends", aBooking(ENDS_TWICE), CAMERA_FIRM],
  ])("leaves open whose it was between the two: %s", (_which, weapon, camera) => {
    const found = judged([weapon, camera]);
    expect(found).toMatchObject({
      outcome: "UNDETERMINED",
      possibleOutcomes: ["RECORDED", "UNRECORDED"],
      duty: { outcome: "UNDETERMINED" },
    });
    expect(codes(found)).toContain("LOCAL_TIME_AMBIGUOUS");
  });

  it("leaves nothing open before and after both", () => {
    const bookings = [aBooking(BEGINS_TWICE), aBooking({ deviceSerial: CAMERA, ...BEGINS_TWICE })];
    expect(judged(bookings, AFTER)).toMatchObject({ outcome: "RECORDED", duty: { outcome: "MET" } });
    expect(judged(bookings, "2026-10-25T00:10:00.000Z")).toMatchObject({ outcome: "UNRECORDED" });
  });

  it("leaves nothing open where a report names the same officer", () => {
    const found = judged([aBooking(BEGINS_TWICE), CAMERA_FIRM], BETWEEN, {
      reports: [aReport({ statedAt: BETWEEN })],
    });
    expect(found).toMatchObject({ outcome: "RECORDED", officerId: OFFICER, duty: { outcome: "MET" } });
  });

  it("hands an open booking over at either of the two", () => {
    const handedOver = [
      aBooking({ from: FIRM.from, to: undefined }),
      aBooking({ officerId: COLLEAGUE, ...BEGINS_TWICE }),
      CAMERA_FIRM,
    ];
    expect(judged(handedOver).possibleOutcomes).toEqual(["RECORDED", "UNRECORDED"]);
    expect(judged(handedOver, AFTER)).toMatchObject({ officerId: COLLEAGUE, outcome: "UNRECORDED" });
  });

  it("that both begins and ends in that hour never ends before it begins", () => {
    const within = aBooking({
      from: "2026-10-25T00:10:00.000Z",
      fromAlso: "2026-10-25T01:10:00.000Z",
      to: "2026-10-25T01:40:00.000Z",
      toAlso: "2026-10-25T00:40:00.000Z",
    });
    expect(readingsOf([within]).map(([reading]) => [reading?.from, reading?.to])).toEqual([
      ["2026-10-25T00:10:00.000Z", "2026-10-25T01:40:00.000Z"],
      ["2026-10-25T00:10:00.000Z", "2026-10-25T00:40:00.000Z"],
      ["2026-10-25T01:10:00.000Z", "2026-10-25T01:40:00.000Z"],
    ]);
  });

  it("is tried with all others at both ends alone where there are very many", () => {
    const many = Array.from({ length: 9 }, (_, index) =>
      aBooking({ deviceSerial: `X${index}`, ...BEGINS_TWICE }),
    );
    expect(readingsOf(many).map((reading) => reading.map(({ from }) => from))).toEqual([
      many.map(() => EARLY),
      many.map(() => LATE),
    ]);
    expect(readingsOf(many.slice(1))).toHaveLength(256);
  });

  it("is part of what was judged", () => {
    const plain = judged([aBooking({ from: EARLY, to: FIRM.to }), CAMERA_FIRM]);
    expect(judged([aBooking(BEGINS_TWICE), CAMERA_FIRM]).inputsDigest).not.toBe(plain.inputsDigest);
  });
});
