import type { FootageRecord } from "#contracts/footage.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { WorkflowStarter } from "#ports/workflow.ts";
import { onEach } from "#records/stored.ts";
import { type IncidentsNearDeps, incidentsNear } from "./incidents-near.ts";

export type ReevaluateDeps = IncidentsNearDeps & { readonly workflow: WorkflowStarter };

/**
 * Starts a run for every incident that a clip may concern, in its present state: declared, accepted, rejected,
 * expired or deleted. The clip is recorded before this looks for incidents, and an incident before it looks for
 * clips, so that one of the two sees the other. Incidents that have seen the clip in this state are left alone,
 * so repeats cost nothing.
 */
export async function reevaluateForFootage(clip: FootageRecord, deps: ReevaluateDeps): Promise<void> {
  const concerned = (await incidentsNear(clip, deps)).filter((record) => !hasSeen(record, clip));
  const cause = `footage-${clip.footageId}-${clip.deletedAt === undefined ? clip.state : "DELETED"}`;
  await onEach(concerned, ({ incidentId }) => deps.workflow.start({ incidentId, cause }));
}

function hasSeen({ candidates }: IncidentRecord, clip: FootageRecord): boolean {
  if (clip.deletedAt !== undefined) return false;
  return candidates.some(({ footageId, state }) => footageId === clip.footageId && state === clip.state);
}
