import type { LineResult } from "#contracts/answers.ts";
import type { Device, Officer } from "#contracts/register.ts";
import { instantOf, toUtc } from "#domain/time/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { WorkflowStarter } from "#ports/workflow.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { onEach, sortedUnique } from "#records/stored.ts";
import { digestOf } from "./digest-of.ts";

export type LookAgainDeps = {
  readonly incidents: Pick<
    IncidentRecords,
    "incidentsOfWeapon" | "incidentsOfOfficer" | "incidentsInSpan" | "readAll"
  >;
  readonly register: Pick<RegisterRecords, "lastBookingsOfDevice">;
  readonly workflow: WorkflowStarter;
  readonly clock: Clock;
};

const DAY_MS = 24 * 3_600_000;
/** What a device did before it was registered is looked up by its bookings: so many, each so long at most. */
const MOST_BOOKINGS = 100;
const LONGEST_BOOKING_MS = 7 * DAY_MS;
const ALL_TIME = ["0000", "9999"] as const;

/**
 * A device that was sent for before it was registered counts from now on: starts a run for each incident of the
 * weapon, and for each that had the camera's footage in sight while it was booked. Repeats start nothing new.
 */
export async function lookAgainForDevice(device: Device, deps: LookAgainDeps): Promise<void> {
  const { serial } = device;
  const until = toUtc(deps.clock.now().getTime() + DAY_MS);
  const [ofWeapon, bookings] = await Promise.all([
    deps.incidents.incidentsOfWeapon(serial),
    deps.register.lastBookingsOfDevice(serial, until, MOST_BOOKINGS),
  ]);
  const near = await onEach(bookings, ({ from, to }) => {
    const fromMs = instantOf(from);
    const toMs = Math.min(
      to === undefined ? Number.MAX_SAFE_INTEGER : instantOf(to),
      fromMs + LONGEST_BOOKING_MS,
    );
    return deps.incidents.incidentsInSpan(fromMs, toMs);
  });
  const seen = (await deps.incidents.readAll(sortedUnique(near.flat())))
    .filter(({ record }) => record.candidates.some(({ cameraSerial }) => cameraSerial === serial))
    .map(({ record }) => record.incidentId);
  await start([...ofWeapon, ...seen], `device-${digestOf(device)}`, deps);
}

/**
 * An officer's register entry is part of every verdict about them. One that was changed back is a change too, so
 * each change starts runs of its own; a repeat starts what the first may not have come to.
 */
export async function lookAgainForOfficer(
  { officer, result }: { readonly officer: Officer; readonly result: LineResult },
  deps: LookAgainDeps,
): Promise<void> {
  const incidentIds = await deps.incidents.incidentsOfOfficer(officer.officerId, ...ALL_TIME);
  const when = result === "unchanged" ? "again" : deps.clock.now().toISOString();
  await start(incidentIds, `officer-${digestOf(officer)}-${when}`, deps);
}

async function start(incidentIds: readonly string[], cause: string, deps: LookAgainDeps): Promise<void> {
  await onEach(sortedUnique(incidentIds), (incidentId) => deps.workflow.start({ incidentId, cause }));
}
