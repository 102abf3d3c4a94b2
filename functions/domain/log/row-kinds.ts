import type { WeaponRow } from "#contracts/weapon-log.ts";
import { policyAt } from "#domain/time/policies.ts";
import type { Carriage } from "./bookings.ts";
import type { PlacedRow, RowContext } from "./weapon-rows.ts";

const MINUTE = 60_000;
/** A daily spark test, or a test discharge after a drop, lasts 5 s; half a second is the log's rounding (contract §4). */
const LONGEST_TEST_SECONDS = 5.5;

export type RowKind = "use" | "test" | "training";

const USE_TYPES: ReadonlySet<string> = new Set(["armed", "safe", "unholster", "holster", "arc", "trigger"]);
const PRACTICE_CARTRIDGES: ReadonlySet<string> = new Set(["training", "inert", "halt"]);

/** Whether the weapon itself says that the row is a test. */
function isDeclaredTest(row: WeaponRow): boolean {
  return row.event.type === "test";
}

/**
 * Whether the row looks like a spark test at booking-out: short, no cartridge, and within `testWindowMinutes` of
 * the beginning of a booking of the weapon. A row whose time is in doubt must lie there in each of its places:
 * a test is also the easiest place to hide a use.
 */
function looksLikeTest(placed: PlacedRow, carriages: readonly Carriage[], context: RowContext): boolean {
  const { event } = placed.row;
  if (event.type !== "arc" && event.type !== "trigger") return false;
  if (event.cartridge?.kind !== "none" || (event.durationSeconds ?? 0) > LONGEST_TEST_SECONDS) return false;
  if (placed.untrusted) return false;
  return placed.places.every(({ from }) => {
    const { testWindowMinutes } = policyAt(context.policies, from, context.timeZone);
    return carriages.some((carriage) => Math.abs(from - carriage.from) <= testWindowMinutes * MINUTE);
  });
}

/** What a row makes by itself; undefined for rows that make nothing (battery, usb and the like). */
export function kindOfRow(
  placed: PlacedRow,
  carriages: readonly Carriage[],
  context: RowContext,
  reported: boolean,
): RowKind | undefined {
  const { row } = placed;
  if (isDeclaredTest(row)) return "test";
  if (!USE_TYPES.has(row.event.type)) return undefined;
  if (PRACTICE_CARTRIDGES.has(row.event.cartridge?.kind ?? "unknown")) return "training";
  return !reported && looksLikeTest(placed, carriages, context) ? "test" : "use";
}
