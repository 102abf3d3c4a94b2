import type { FootageRecord } from "#contracts/footage.ts";
import type { ForceConfig } from "#contracts/force.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import { footageSearchSpan, type SearchSpan } from "#domain/cover/search-spans.ts";
import { instantOf } from "#domain/time/time.ts";
import type { WorkflowStarter } from "#ports/workflow.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { onEach, sortedUnique } from "#records/stored.ts";
import { spanOfUntrusted } from "./untrusted-footage.ts";

/** The longest that one run of a camera is taken to last: its clips may stand for one another that far apart. */
export const LONGEST_RECORDING_MS = 13 * 3_600_000;

export type ReevaluateDeps = {
  readonly incidents: Pick<IncidentRecords, "incidentsInSpan" | "readAll">;
  readonly footage: Pick<FootageRecords, "footageOfCamera">;
  readonly register: Pick<RegisterRecords, "lastBookingsOfDevice">;
  readonly workflow: WorkflowStarter;
  readonly force: Pick<ForceConfig, "policies" | "timeZone">;
};

/**
 * Starts a run for every incident that a clip may concern, in its present state: declared, accepted, rejected,
 * expired or deleted. The clip is recorded before this looks for incidents, and an incident before it looks for
 * clips, so that one of the two sees the other. Incidents that have seen the clip in this state are left alone,
 * so repeats cost nothing.
 */
export async function reevaluateForFootage(clip: FootageRecord, deps: ReevaluateDeps): Promise<void> {
  const spans = await spansOf(clip, deps);
  const ids = await onEach(spans, ({ fromMs, toMs }) => deps.incidents.incidentsInSpan(fromMs, toMs));
  const near = (await deps.incidents.readAll(sortedUnique(ids.flat()))).map(({ record }) => record);
  const concerned = near.filter((record) => isConcerned(record, spans) && !hasSeen(record, clip));
  const cause = `footage-${clip.footageId}-${clip.deletedAt === undefined ? clip.state : "DELETED"}`;
  await onEach(concerned, ({ incidentId }) => deps.workflow.start({ incidentId, cause }));
}

/** Where the clip may lie, and where the other clips of its recording do: what it says holds for them too. */
async function spansOf(clip: FootageRecord, deps: ReevaluateDeps): Promise<readonly SearchSpan[]> {
  const own = await spanOf(clip, deps);
  const { recordingId, camera, clip: number, final } = clip.declaration;
  if (own === undefined || (number === 1 && final)) return own === undefined ? [] : [own];
  const around = await deps.footage.footageOfCamera(
    camera.serial,
    own.fromMs - LONGEST_RECORDING_MS,
    own.toMs + LONGEST_RECORDING_MS,
  );
  const others = around.filter(({ declaration }) => declaration.recordingId === recordingId);
  const spans = await onEach(others, (other) => spanOf(other, deps));
  return [own, ...spans.filter((span) => span !== undefined)];
}

async function spanOf(clip: FootageRecord, deps: ReevaluateDeps): Promise<SearchSpan | undefined> {
  const { policies, timeZone } = deps.force;
  const span = footageSearchSpan(clip.declaration, clip.declaredAt, policies, timeZone);
  return span === "untrusted" ? spanOfUntrusted(clip, deps) : span;
}

function isConcerned({ mergedInto, search }: IncidentRecord, spans: readonly SearchSpan[]): boolean {
  if (mergedInto !== undefined || search === undefined) return mergedInto === undefined;
  return spans.some(({ fromMs, toMs }) => fromMs < instantOf(search.to) && toMs > instantOf(search.from));
}

function hasSeen({ candidates }: IncidentRecord, clip: FootageRecord): boolean {
  if (clip.deletedAt !== undefined) return false;
  return candidates.some(({ footageId, state }) => footageId === clip.footageId && state === clip.state);
}
