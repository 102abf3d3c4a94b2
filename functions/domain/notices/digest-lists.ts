import type { IncidentRecord } from "#contracts/incident.ts";
import type { Verdict } from "#contracts/verdict.ts";

/** A use, and its latest verdict if one was given. */
export type JudgedUse = { readonly record: IncidentRecord; readonly verdict?: Verdict | undefined };

/**
 * Of uses whose latest verdict was given in (since, until]: discharges that somebody else's camera alone recorded, and
 * uses without video. Drills are in neither, nor is what somebody merged into another.
 */
export function digestLists<Use extends JudgedUse>(
  uses: readonly Use[],
  { since, until }: { readonly since: string; readonly until: string },
): { readonly byOthersAlone: readonly Use[]; readonly withoutVideo: readonly Use[] } {
  const told = uses
    .filter(({ record }) => !record.drill && record.mergedInto === undefined)
    .filter(
      ({ verdict }) => verdict !== undefined && verdict.decidedAt > since && verdict.decidedAt <= until,
    );
  return {
    byOthersAlone: told.filter(
      ({ verdict }) =>
        verdict?.kind === "DISCHARGE" && verdict.outcome === "RECORDED" && verdict.duty.outcome === "NOT_ON",
    ),
    withoutVideo: told.filter(
      ({ verdict }) => verdict?.outcome === "UNRECORDED" || verdict?.outcome === "NOT_RETAINED",
    ),
  };
}
