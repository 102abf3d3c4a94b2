import type { LineResult } from "#contracts/answers.ts";
import type { Device, Officer } from "#contracts/register.ts";
import type { Clock } from "#ports/clock.ts";
import type { WorkflowStarter } from "#ports/workflow.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import { onEach, sortedUnique } from "#records/stored.ts";
import { digestOf } from "#use-cases/digest-of.ts";
import { type IncidentsNearDeps, incidentsNearAny } from "#use-cases/linking/incidents-near.ts";

export type LookAgainDeps = IncidentsNearDeps & {
  readonly incidents: Pick<
    IncidentRecords,
    "incidentsOfWeapon" | "incidentsOfOfficer" | "incidentsInSpan" | "readAll"
  >;
  readonly footage: Pick<FootageRecords, "clipsOfCamera">;
  readonly workflow: WorkflowStarter;
  readonly clock: Clock;
};

/** A camera sends for a few shifts before somebody misses it in the register: so many of its clips are looked at. */
const MOST_CLIPS = 500;
const ALL_TIME = ["0000", "9999"] as const;

/**
 * A device that was sent for before it was registered counts from now on: starts a run for each incident of the
 * weapon, and for each near which a clip of the camera may lie. Repeats start nothing new.
 */
export async function lookAgainForDevice(device: Device, deps: LookAgainDeps): Promise<void> {
  const { serial } = device;
  const [ofWeapon, ofCamera] = await Promise.all([
    deps.incidents.incidentsOfWeapon(serial),
    incidentsOfCamera(serial, ALL_TIME[0], deps),
  ]);
  await start([...ofWeapon, ...ofCamera], `device-${digestOf(device)}`, deps);
}

/** Ids of the incidents near which a clip may lie that the camera declared from then on (UTC with milliseconds). */
export async function incidentsOfCamera(
  serial: string,
  declaredFrom: string,
  deps: IncidentsNearDeps & { readonly footage: Pick<FootageRecords, "clipsOfCamera"> },
): Promise<readonly string[]> {
  const clips = await deps.footage.clipsOfCamera(serial, declaredFrom, MOST_CLIPS);
  return (await incidentsNearAny(clips, deps)).map(({ incidentId }) => incidentId);
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
