import type { Policy } from "#contracts/force.ts";
import { policy as policySchema } from "#contracts/force.ts";
import type { Booking } from "#contracts/register.ts";
import type { DeviceClock } from "#contracts/time.ts";
import { type Delivery, type WeaponRow, weaponEvent } from "#contracts/weapon-log.ts";
import type { Random } from "./random-source.ts";

/** How much the clocks leave open: nothing, so few milliseconds that all can be tried, or what forces have. */
export type Doubt = "none" | "small" | "large";

export const WEAPON = "W1";
export const OFFICERS = ["o1", "o2", "o3"] as const;
export const TIME_ZONE = "Europe/London";
export const HOUR = 3_600_000;

export const utc = (ms: number): string => new Date(ms).toISOString();

/** What a wall clock in London shows, written without an offset. */
export function londonTime(ms: number): string {
  const summer = ms >= Date.parse("2026-03-29T01:00Z") && ms < Date.parse("2026-10-25T01:00Z");
  return utc(ms + (summer ? HOUR : 0)).replace("Z", "");
}

/** Evenings, local midnights (in winter and in summer) and the hour that autumn repeats. */
export function randomBase(random: Random): number {
  const base = random.pick([
    "2026-11-21T21:08:00Z",
    "2026-11-21T00:00:00Z",
    "2026-07-15T23:00:00Z",
    "2026-10-25T00:30:00Z",
    "2026-10-25T01:00:00Z",
  ]);
  return (
    Date.parse(base) + random.pick([0, 0, 1, -1, random.whole(-2000, 2000), random.whole(-300_000, 300_000)])
  );
}

function clockValues(random: Random, doubt: Doubt) {
  if (doubt === "none") return { resolutionSeconds: 0, driftPpm: 0 };
  if (doubt === "small") {
    const milliseconds = random.pick([0, 1, 1, 2, random.whole(0, 4)]);
    return { resolutionSeconds: milliseconds / 1000, driftPpm: random.pick([0, 0, 0.01, 0.04]) };
  }
  return { resolutionSeconds: random.pick([0, 0.5, 1, 1, 3]), driftPpm: random.pick([0, 20, 93, 500]) };
}

/** One to three policies, some beginning on the very day. */
export function randomPolicies(random: Random, doubt: Doubt, base: number): Policy[] {
  const make = (version: string, effectiveFrom: string) =>
    policySchema.parse({
      version,
      effectiveFrom,
      leadSeconds: random.pick([30, 30, 30, 5, 0, 0.25]),
      tailSeconds: random.pick([30, 30, 30, 5, 0, 0.75]),
      clipJoinSeconds: random.pick([1, 1, 1, 0, 0.5, 2.001]),
      useGapSeconds: random.pick([600, 600, 60, 10]),
      nearbyMetres: random.pick([50, 50, 100]),
      footageGraceHours: random.pick([48, 48, 0.5, 0, 0.002]),
      testWindowMinutes: random.pick([15, 15, 5, 0]),
      reportUncertaintyMinutes:
        doubt === "none"
          ? 0
          : doubt === "small"
            ? random.pick([0, 0.00005, 0.0001])
            : random.pick([0.5, 1, 10]),
      assumedSyncAgeDays: doubt === "small" ? 0.5 : random.pick([90, 10, 1]),
      clocks: {
        default: clockValues(random, doubt),
        ...(random.chance(0.5) ? { X26E: clockValues(random, doubt) } : {}),
        ...(random.chance(0.3) ? { "Axon Body 3": clockValues(random, doubt) } : {}),
      },
    });
  const day = utc(base + HOUR).slice(0, 10);
  const policies = [make("2019-07", "2019-07-15")];
  if (random.chance(0.4)) policies.push(make("same-day", day));
  if (random.chance(0.1)) policies.push(make("later", "2027-01-01"));
  return random.chance(0.3) ? policies.toReversed() : policies;
}

/** A device's clock at a delivery, and by how much its times are ahead of true ones. */
export function randomClock(
  random: Random,
  doubt: Doubt,
  event: number,
): { readonly clock: DeviceClock | undefined; readonly ahead: number; readonly untrusted: boolean } {
  const gateway =
    event +
    (random.chance(0.06)
      ? random.whole(0, 70_000)
      : random.pick([HOUR, 9 * HOUR, doubt === "small" ? 10 * HOUR : 30 * HOUR]));
  const synced = random.pick([undefined, undefined, event - 6 * HOUR, event - HOUR, event + 600_000]);
  const sync = synced === undefined ? {} : { lastSyncedAt: utc(synced) };
  if (random.chance(0.04))
    return { clock: { ...sync, unset: true }, ahead: random.whole(-HOUR, HOUR), untrusted: true };
  if (random.chance(0.25)) {
    const clock = random.pick<DeviceClock | undefined>([
      undefined,
      { ...sync },
      { ...sync, gatewayClock: utc(gateway) },
      { ...sync, unset: false },
    ]);
    return { clock, ahead: 0, untrusted: false };
  }
  const ahead = random.pick([
    0,
    0,
    random.whole(-3, 3),
    random.whole(-200_000, 200_000),
    random.pick([-1, 1, 2]) * HOUR + random.pick([0, 1999, 2000, 2001, -2000, -2001]),
  ]);
  const known = synced === undefined || synced < event || synced > gateway;
  return {
    clock: { deviceClock: utc(gateway + ahead), gatewayClock: utc(gateway), ...sync },
    ahead: known ? ahead : 0,
    untrusted: false,
  };
}

function randomCartridge(random: Random) {
  if (random.chance(0.1)) return undefined;
  const practice = random.chance(0.07);
  const kind = practice
    ? random.pick(["training", "inert", "halt"] as const)
    : random.pick(["live", "live", "live", "unknown", "none"] as const);
  return { kind, ...(random.chance(0.25) ? { deployed: random.chance(0.5) } : {}) };
}

/** Where a weapon that lost power may begin again, and the first instant that is credible. */
const RESTARTS = [
  "2000-01-01T00:00:00.000Z",
  "2000-12-31T23:59:59.999Z",
  "2001-01-01T00:00:00.000Z",
] as const;

const ROW_TYPES = [
  ...(["trigger", "trigger", "trigger", "trigger", "trigger"] as const),
  ...(["armed", "arc", "safe", "unholster", "holster", "time-sync"] as const),
] as const;

/** A weapon's memory of an hour: uses, tests and trainings, some of them on the edge of being the same. */
export function randomLog(
  random: Random,
  doubt: Doubt,
  base: number,
  policies: readonly Policy[],
): WeaponRow[] {
  const { useGapSeconds } = policies[0] ?? { useGapSeconds: 600 };
  const model = random.pick(["TASER 7", "TASER 10", "X26E", "X26E"]);
  const reading = randomClock(random, doubt, base);
  const delivery = (logId: string, clock: DeviceClock | undefined, after: number): Delivery => ({
    logId,
    receivedAt: utc(base + after),
    deliveredBy: "g1",
    model,
    drill: false,
    ...(clock === undefined ? {} : { clock }),
    ...(random.chance(0.3) ? { incidentRef: random.pick(["CAD 1", "CAD 2"]) } : {}),
  });
  const first = delivery("l1", reading.clock, 31 * HOUR);
  const other = randomClock(random, doubt, base);
  const second =
    random.chance(0.2) && !reading.untrusted && !other.untrusted
      ? { ...delivery("l2", other.clock, 32 * HOUR) }
      : undefined;
  const local = random.chance(0.15);
  const restart = random.pick(RESTARTS);
  const start = random.chance(0.04) ? Date.parse(restart) : base;
  const rows: WeaponRow[] = [];
  let seq = 4100;
  let at = base;
  const count = random.whole(1, 7);
  for (let index = 0; index < count; index++) {
    const type = random.chance(0.05) ? random.pick(["test", "battery"]) : random.pick(ROW_TYPES);
    const durationSeconds =
      type === "trigger" || (type === "arc" && random.chance(0.7))
        ? random.pick([0, 0.001, 1, 1.005, 2.5, 3, 3.001, 5, 5, 5.5, 5.501, 7])
        : undefined;
    const late = second !== undefined && random.chance(0.4);
    const device = at - base + start + (late ? other.ahead : reading.ahead);
    const cartridge = type === "trigger" || type === "arc" ? randomCartridge(random) : undefined;
    rows.push({
      weaponSerial: WEAPON,
      event: weaponEvent.parse({
        seq,
        at: local ? londonTime(device) : utc(device),
        type,
        ...(durationSeconds === undefined ? {} : { durationSeconds }),
        ...(cartridge === undefined ? {} : { cartridge }),
        ...(random.chance(0.3) ? { location: randomPlace(random) } : {}),
      }),
      delivery: late ? second : first,
      firstReceivedAt: first.receivedAt,
      conflicts: random.chance(0.03) ? [weaponEvent.parse({ seq, at: utc(device), type: "other" })] : [],
    });
    seq += random.chance(0.05) ? 2 : 1;
    const gap = useGapSeconds * 1000;
    at +=
      Math.round((durationSeconds ?? 0) * 1000) +
      random.pick([0, 1, 500, 1999, 2000, 2001, 5000, 20_000, gap, gap, gap + 1, gap - 1]);
  }
  return rows;
}

/** Around one spot in London; some pairs of such places are 50 m apart to within a metre. */
export function randomPlace(random: Random) {
  const north = random.pick([0, 0, 49.9, 50.1, 25, 100.2, 99.8, 400]);
  const accuracyMetres = random.pick([undefined, 0, 8, 50, 50.001, 100, 100.5]);
  return {
    lat: 51.5 + north / 111_195.08,
    lon: -0.12,
    ...(accuracyMetres === undefined ? {} : { accuracyMetres }),
  };
}

/** Who had the weapon: one officer, several, or nobody; some begin to the millisecond where it matters. */
export function randomBookings(
  random: Random,
  serial: string,
  moments: readonly [number, ...number[]],
  base: number,
): Booking[] {
  const one = (officerId: string): Booking => {
    const moment = random.pick(moments);
    const from = random.pick([
      base - 6 * HOUR,
      base - 6 * HOUR,
      base - 7 * HOUR,
      moment + random.pick([0, 1, -1]),
      moment - random.pick([900_000, 900_001, 899_999, 300_000, 300_001]),
      moment + random.pick([900_000, 900_001, 60_000]),
    ]);
    const to = random.pick([undefined, base + 3 * HOUR, base + 3 * HOUR, moment + random.pick([0, 1, -1])]);
    const end = to === undefined ? {} : { to: utc(Math.max(from + 1, to)) };
    return { deviceSerial: serial, officerId, from: utc(from), ...end };
  };
  if (random.chance(0.5)) {
    const usual = { deviceSerial: serial, officerId: "o1" };
    return [{ ...usual, from: utc(base - 6 * HOUR), to: utc(base + 3 * HOUR) }];
  }
  const count = random.pick([0, 1, 1, 1, 1, 2, 2, 3]);
  return Array.from({ length: count }, () =>
    one(random.pick([...OFFICERS, "o1", "o1"] as unknown as [string])),
  );
}
