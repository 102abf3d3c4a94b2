import { beforeEach, describe, expect, it } from "vitest";
import { CorruptRecordError, DependencyUnavailableError } from "#contracts/errors.ts";
import type { BookingRequest } from "#contracts/register.ts";
import { aClip } from "#test/support/build-inputs.ts";
import { interruptBefore } from "#test/support/interrupted-records.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { createNoticesWorld, MORNING, type NoticesWorld } from "#test/support/notices-world.ts";
import { checkKit } from "#use-cases/kit/check-kit.ts";

const OFFICER = "P-1";
const COLLEAGUE = "P-2";
const TASER = "W-1";
const CAMERA = "C-1";

let world: NoticesWorld;
const booking = (
  deviceSerial: string,
  officerId = OFFICER,
  fields: Partial<BookingRequest> = {},
): BookingRequest => ({ deviceSerial, officerId, from: world.clock.now().toISOString(), ...fields });
/** Long enough for anything to have settled. */
const lookAfter = async (seconds: number) => {
  await world.turnTo(seconds);
  await world.run();
};
const kitAlerts = () => world.of("KIT").map(({ email }) => email.body.split("\n"));
const gapOf = async (officerId = OFFICER) => (await world.kit.read(officerId))?.record.gap;

async function equip(of: NoticesWorld): Promise<void> {
  for (const officerId of [OFFICER, COLLEAGUE]) await of.putOfficer(officerId);
  await of.register(TASER, "weapon");
  await of.register("W-2", "weapon");
  await of.register(CAMERA, "camera");
  await of.register("C-2", "camera");
}

beforeEach(async () => {
  world = createNoticesWorld();
  await equip(world);
});

describe("a Taser and a camera that are booked", () => {
  it.each([
    ["the Taser first", [TASER, CAMERA]],
    ["the camera first", [CAMERA, TASER]],
  ] as const)("seconds apart, %s, alert nobody, whenever the looks fall", async (_, order) => {
    await world.bookAll(booking(order[0]));
    await lookAfter(9);
    await world.turnTo(10);
    await world.bookAll(booking(order[1]));
    for (const seconds of [10, 29, 30, 31, 40, 41, 100, 3600]) await lookAfter(seconds);
    expect(world.of("KIT")).toEqual([]);
    expect(await gapOf()).toBeUndefined();
  });

  it("in one call alert nobody", async () => {
    await world.bookAll(booking(TASER), booking(CAMERA));
    await lookAfter(60);
    expect(world.of("KIT")).toEqual([]);
  });

  it("seconds apart in advance alert nobody", async () => {
    await world.bookAll(
      booking(TASER, OFFICER, { from: world.at(3600) }),
      booking(CAMERA, OFFICER, { from: world.at(3610) }),
    );
    for (const seconds of [60, 3600.001, 3605, 3631, 3700]) await lookAfter(seconds);
    expect(world.of("KIT")).toEqual([]);
  });

  it("and changed for others in mid-shift, as was known in advance, alert nobody", async () => {
    await world.bookAll(booking(TASER), booking(CAMERA, OFFICER, { to: world.at(600) }));
    await lookAfter(60);
    await world.bookAll(booking("C-2", OFFICER, { from: world.at(610) }));
    for (const seconds of [600.001, 605, 631, 700]) await lookAfter(seconds);
    expect(world.of("KIT")).toEqual([]);
  });

  it("seconds after a shift has ended that was to be looked at then alert nobody", async () => {
    await world.bookAll(
      booking(TASER, OFFICER, { to: world.at(600) }),
      booking(CAMERA, OFFICER, { to: world.at(600) }),
    );
    await lookAfter(60);
    await world.turnTo(625);
    await world.bookAll(booking("W-2"));
    // The look that the end of the shift had asked for.
    await lookAfter(631);
    await world.turnTo(640);
    await world.bookAll(booking("C-2"));
    for (const seconds of [656, 671, 700]) await lookAfter(seconds);
    expect(world.of("KIT")).toEqual([]);
  });

  it("whose registrations follow one by one alert nobody", async () => {
    await world.bookAll(booking("W-9"), booking("C-9"));
    await world.turnTo(20);
    await world.register("W-9", "weapon");
    await lookAfter(31);
    await world.turnTo(45);
    await world.register("C-9", "camera");
    for (const seconds of [51, 76, 100]) await lookAfter(seconds);
    expect(world.of("KIT")).toEqual([]);
  });
});

describe("a Taser without a camera", () => {
  it("alerts the first level half a minute after it was booked, with its text", async () => {
    await world.bookAll(booking(TASER));
    await lookAfter(30);
    expect(world.of("KIT")).toEqual([]);
    await lookAfter(30.001);
    expect(kitAlerts()).toEqual([
      [
        "Taser booked without a working camera.",
        "",
        "Since: Sun 22 Nov 2026, 07:00:00 GMT",
        "Where: Southwark",
        "Officer: collar number P-1MD",
        "Weapon: W-1",
        "Camera: none booked",
        "",
        "The kit check: https://console.example/kit",
        "What to do: see that the officer takes a working camera or hands the Taser back, by Sun 22 Nov 2026, 07:30:30 GMT.",
      ],
    ]);
    expect(world.of("KIT")[0]).toMatchObject({ level: 1, borough: "Southwark", outcome: "NOT_APPLICABLE" });
    expect(await gapOf()).toEqual({ weaponSerial: TASER, from: MORNING, singleCrewed: false, cameras: [] });
  });

  it("alerts once for each booking of the weapon, however often it is looked at and told again", async () => {
    const first = booking(TASER);
    await world.bookAll(first);
    await lookAfter(60);
    for (const seconds of [120, 300]) {
      await world.turnTo(seconds);
      await world.bookAll(first);
      await lookAfter(seconds + 60);
    }
    expect(world.ids("KIT")).toHaveLength(1);
    await world.turnTo(3600);
    await world.bookAll({ ...first, to: world.clock.now().toISOString() });
    await lookAfter(3700);
    expect(await gapOf()).toBeUndefined();
    await world.bookAll(booking(TASER));
    await lookAfter(3800);
    expect(new Set(world.ids("KIT")).size).toBe(2);
    expect(world.sent.filter(({ type }) => type === "KIT")).toHaveLength(2);
  });

  it("alerts of no officer by name or id: neither texts, ids nor log lines say who it is", async () => {
    await world.putOfficer("smith-jane-1979", { collarNumber: "77" });
    await world.bookAll(booking(TASER, "smith-jane-1979"));
    await lookAfter(60);
    expect(kitAlerts()[0]).toContain("Officer: collar number 77");
    expect(JSON.stringify([world.sent, world.told, world.lines])).not.toContain("smith");
  });

  it("is told to the next level too where the officer supervises anybody", async () => {
    await world.putOfficer(COLLEAGUE, { supervisor: OFFICER });
    await world.bookAll(booking(TASER));
    await lookAfter(60);
    expect(world.of("KIT").map(({ level }) => level)).toEqual([1, 2]);
  });

  it("is told to the next level also when the first level's topic refuses it", async () => {
    await world.putOfficer(COLLEAGUE, { supervisor: OFFICER });
    await world.bookAll(booking(TASER));
    world.refuse(({ level }) => (level === 1 ? new DependencyUnavailableError("no answer") : undefined));
    await world.turnTo(60);
    await expect(world.run()).rejects.toThrow("no answer");
    expect(world.of("KIT").map(({ level }) => level)).toEqual([2]);
    world.takeEverything();
    await lookAfter(70);
    expect(world.of("KIT").map(({ level }) => level)).toEqual([2, 1]);
  });

  it("is told with the officers who are alone first on the list", async () => {
    await world.bookAll(booking(TASER), booking("W-2", COLLEAGUE, { singleCrewed: true }));
    await lookAfter(60);
    expect(await world.kit.listGaps(10)).toEqual([COLLEAGUE, OFFICER]);
    const [subject] = world
      .of("KIT")
      .map(({ email }) => email.subject)
      .filter((one) => one.startsWith("Single-crewed"));
    expect(subject).toBe("Single-crewed officer with a Taser and no working camera, Southwark, 22 Nov 07:00");
  });

  it("is made good by a camera, and told no more", async () => {
    await world.bookAll(booking(TASER));
    await lookAfter(60);
    await world.bookAll(booking(CAMERA));
    await lookAfter(120);
    expect(await gapOf()).toBeUndefined();
    expect(await world.kit.listGaps(10)).toEqual([]);
    expect(world.of("KIT")).toHaveLength(1);
  });

  it("is nobody's who handed it back before anybody heard of it", async () => {
    await world.bookAll(booking(TASER, OFFICER, { from: world.at(-7200), to: world.at(-3600) }));
    await lookAfter(60);
    expect(world.of("KIT")).toEqual([]);
    expect(await world.kit.read(OFFICER)).toBeUndefined();
  });

  it("is told of when its time comes that was booked in advance, and not before", async () => {
    await world.bookAll(booking(TASER, OFFICER, { from: world.at(3600) }));
    await lookAfter(3600);
    expect(world.of("KIT")).toEqual([]);
    await lookAfter(3631);
    expect(world.of("KIT")).toHaveLength(1);
  });

  it("is told of an officer whom nobody registered", async () => {
    await world.bookAll(booking(TASER, "P-unknown"));
    await lookAfter(60);
    expect(kitAlerts()[0]).toContain("Officer: not registered");
  });
});

describe("a camera that an officer no longer has", () => {
  beforeEach(async () => {
    await world.bookAll(booking(TASER), booking(CAMERA));
    await lookAfter(60);
    expect(world.of("KIT")).toEqual([]);
  });

  it("because it is revoked alerts", async () => {
    await world.register(CAMERA, "camera", "revoked");
    await lookAfter(120);
    expect(kitAlerts()[0]).toContain("Camera: C-1 (revoked)");
  });

  it("because it was handed back in mid-shift alerts", async () => {
    await world.bookAll(booking(CAMERA, OFFICER, { from: MORNING, to: world.at(70) }));
    await lookAfter(120);
    expect(kitAlerts()[0]).toContain("Camera: none booked");
  });

  it("because somebody else has booked it alerts of the one who had it", async () => {
    await world.bookAll(booking(CAMERA, COLLEAGUE));
    await lookAfter(120);
    expect(kitAlerts()[0]).toContain("Officer: collar number P-1MD");
  });

  it("because somebody else is booked for it later alerts then, whatever was looked at before", async () => {
    await world.bookAll(booking(CAMERA, COLLEAGUE, { from: world.at(7200) }));
    await world.register(CAMERA, "camera");
    for (const seconds of [120, 3600, 7199]) await lookAfter(seconds);
    expect(world.of("KIT")).toEqual([]);
    await lookAfter(7240);
    expect(kitAlerts()[0]).toContain("Officer: collar number P-1MD");
  });

  it("because its booking ends before the Taser's alerts then", async () => {
    await world.bookAll(booking("W-2", COLLEAGUE), booking("C-2", COLLEAGUE, { to: world.at(1800) }));
    await lookAfter(1700);
    expect(world.of("KIT")).toEqual([]);
    await lookAfter(1840);
    expect(kitAlerts()[0]).toContain("Officer: collar number P-2MD");
  });
});

describe("a camera that does not work", () => {
  const faulty = (state: "fault" | "wearer") =>
    aClip({ camera: { serial: CAMERA, kind: "body-worn" }, declaration: { triggerOff: state } });

  it("counts for none when nobody registered it", async () => {
    await world.bookAll(booking(TASER), booking("C-9"));
    await lookAfter(60);
    expect(kitAlerts()[0]).toContain("Camera: C-9 (not registered)");
  });

  it("counts for none when its last recording was ended by a fault", async () => {
    await world.addClip(faulty("fault"));
    await world.bookAll(booking(TASER), booking(CAMERA));
    await lookAfter(60);
    expect(kitAlerts()[0]).toContain("Camera: C-1 (its last recording ended by a fault)");
  });

  it("counts when its last recording ended as it should", async () => {
    await world.addClip(faulty("wearer"));
    await world.bookAll(booking(TASER), booking(CAMERA));
    await lookAfter(60);
    expect(world.of("KIT")).toEqual([]);
  });
});

describe("a camera that is the officer's own", () => {
  it.each([
    ["a year ago", "2025-11-23T07:00:00Z"],
    ["six years ago", "2020-11-23T07:00:00Z"],
  ])("and was booked %s counts", async (_, from) => {
    await world.bookAll(booking(CAMERA, OFFICER, { from }), booking(TASER));
    await lookAfter(60);
    expect(world.of("KIT")).toEqual([]);
  });
});

describe("a look at an officer's kit", () => {
  /** A world whose records let a test act just before a read or a write. */
  async function interrupted(
    when: Parameters<typeof interruptBefore>[1],
    act: (of: NoticesWorld) => Promise<unknown>,
  ) {
    const records = createMemoryRecords();
    const plain = createNoticesWorld({ records });
    await equip(plain);
    await plain.bookAll({ deviceSerial: TASER, officerId: OFFICER, from: MORNING });
    await plain.bookAll({ deviceSerial: CAMERA, officerId: OFFICER, from: MORNING });
    await plain.turnTo(60);
    const looking = createNoticesWorld({
      records: interruptBefore(records, when, () => act(plain)),
      now: plain.at(60),
    });
    return { plain, looking };
  }

  it("does not pass over a booking that comes while it is under way", async () => {
    const { looking } = await interrupted(
      ({ type, key }) => type === "write" && key === `OFFICER#${OFFICER} KIT`,
      (plain) => plain.bookAll({ deviceSerial: CAMERA, officerId: OFFICER, from: MORNING, to: plain.at(61) }),
    );
    await looking.run();
    expect(looking.of("KIT")).toEqual([]);
    await looking.turnTo(60);
    await looking.run();
    expect(looking.of("KIT")).toHaveLength(1);
  });

  it("that two functions make at once alerts under one id", async () => {
    const { plain, looking } = await interrupted(
      ({ type, key }) => type === "write" && key.startsWith("NOTICE#KIT"),
      (of) => of.run(),
    );
    await plain.register(CAMERA, "camera", "revoked");
    await plain.turnTo(120);
    await looking.turnTo(60);
    await looking.run();
    expect(new Set([...plain.ids("KIT"), ...looking.ids("KIT")]).size).toBe(1);
  });

  it("sees what is booked from that very millisecond, and what ends then", async () => {
    await world.bookAll(booking(TASER, OFFICER, { from: world.at(60) }));
    await world.kit.askForLook(OFFICER, { at: world.at(59) });
    await lookAfter(60);
    expect(world.of("KIT")).toHaveLength(1);
    await world.bookAll(booking(CAMERA, OFFICER, { from: world.at(61) }));
    await world.bookAll(booking(TASER, OFFICER, { from: world.at(60), to: world.at(90) }));
    await world.kit.askForLook(OFFICER, { at: world.at(90) });
    await world.turnTo(90.001);
    await lookAfter(200);
    expect(await gapOf()).toBeUndefined();
  });

  it("does nothing before it is due, whatever a list says that is behind", async () => {
    await world.bookAll(booking(TASER));
    await world.turnTo(29);
    await checkKit(OFFICER, world.deps);
    expect(world.of("KIT")).toEqual([]);
    expect(await world.kit.read(OFFICER)).toMatchObject({ record: { lookAt: world.at(30) } });
  });

  it("does nothing for an officer of whom no booking was ever told", async () => {
    await checkKit("P-nobody", world.deps);
    expect(await world.kit.read("P-nobody")).toBeUndefined();
  });

  it("goes on to the others where one officer's booking cannot be read, and tells of the failure", async () => {
    await world.bookAll(booking(TASER), booking("W-2", COLLEAGUE));
    const stored = await world.records.get({ pk: `DEVICE#${TASER}`, sk: `BOOKING#${MORNING}#${OFFICER}` });
    if (stored === undefined) throw new Error("no booking");
    await world.records.put({ ...stored, data: { broken: true } }, "any");
    await world.turnTo(60);
    await expect(world.run()).rejects.toThrow(CorruptRecordError);
    expect(kitAlerts().map((lines) => lines[4])).toEqual(["Officer: collar number P-2MD"]);
  });

  it("heals a check that has lost its shape, and books all the same", async () => {
    await world.bookAll(booking(TASER), booking("W-2", COLLEAGUE));
    const order = `${world.at(10)}#${OFFICER}`;
    const broken = { pk: `OFFICER#${OFFICER}`, sk: "KIT", data: { broken: true } };
    await world.records.put({ ...broken, byDue: { list: "KIT-LOOKS", order } }, "any");
    await lookAfter(60);
    expect(world.of("KIT")).toHaveLength(2);
    await world.records.put(broken, "any");
    await world.bookAll(booking(CAMERA));
    await lookAfter(120);
    expect(await world.kit.read(OFFICER)).toMatchObject({ record: { officerId: OFFICER } });
    expect(await gapOf()).toBeUndefined();
  });
});
