import type { IncidentRecord } from "#contracts/incident.ts";
import type { Verdict } from "#contracts/verdict.ts";

/** A use, and the versions of its verdict, oldest first. */
export type JudgedUse = { readonly record: IncidentRecord; readonly verdicts: readonly Verdict[] };

/**
 * Of uses that became so in (since, until], and are so still: discharges that somebody else's camera alone recorded,
 * and uses without video. A new version that says the same is no news. Drills are in neither, nor is what was merged
 * into another.
 */
export function digestLists<Use extends JudgedUse>(
  uses: readonly Use[],
  { since, until }: { readonly since: string; readonly until: string },
): { readonly byOthersAlone: readonly Use[]; readonly withoutVideo: readonly Use[] } {
  const counted = uses.filter(({ record }) => !record.drill && record.mergedInto === undefined);
  const becoming = (isSo: (verdict: Verdict) => boolean) =>
    counted.filter(({ verdicts }) => {
      const at = sinceWhen(verdicts, isSo);
      return at !== undefined && at > since && at <= until;
    });
  return { byOthersAlone: becoming(isByOthersAlone), withoutVideo: becoming(isWithoutVideo) };
}

/** When the latest unbroken run of versions that are so began; undefined when the last is not. */
function sinceWhen(verdicts: readonly Verdict[], isSo: (verdict: Verdict) => boolean): string | undefined {
  return verdicts[verdicts.findLastIndex((verdict) => !isSo(verdict)) + 1]?.decidedAt;
}

const isByOthersAlone = ({ kind, outcome, duty }: Verdict): boolean =>
  kind === "DISCHARGE" && outcome === "RECORDED" && duty.outcome === "NOT_ON";

const isWithoutVideo = ({ outcome }: Verdict): boolean =>
  outcome === "UNRECORDED" || outcome === "NOT_RETAINED";
