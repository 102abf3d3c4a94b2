import type { Policy } from "#contracts/force.ts";
import type { UseReport } from "#contracts/report.ts";
import { compare } from "#domain/text-order.ts";
import { policyAt } from "#domain/time/policies.ts";
import { resolveInstants } from "#domain/time/time.ts";

const MINUTE = 60_000;

/** An incident that a report may join: C and its uncertainty in ms, who may have carried the weapon. */
export type JoinCandidate = {
  readonly incidentId?: string;
  readonly weaponSerial?: string | undefined;
  readonly officerIds: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
  readonly uncertaintyMs: number;
  /** C is where the event may lie at all; an event whose time is known goes before it. */
  readonly untrusted?: boolean;
};

/**
 * The incident that a use report joins (contract §4): of its weapon, or of its officer when it names none; within
 * `reportUncertaintyMinutes` of C widened by C's uncertainty; the nearest, then the earlier. Undefined when none is.
 */
export function chooseIncident<T extends JoinCandidate>(
  report: Pick<UseReport, "weaponSerial" | "officerId" | "statedAt">,
  candidates: readonly T[],
  policies: readonly Policy[],
  timeZone: string,
): T | undefined {
  const stated = resolveInstants(report.statedAt, timeZone);
  const near = candidates
    .filter((candidate) =>
      report.weaponSerial === undefined
        ? candidate.officerIds.includes(report.officerId)
        : candidate.weaponSerial === report.weaponSerial,
    )
    .map((candidate) => ({ candidate, distance: distanceTo(stated, candidate) }))
    .filter(({ candidate, distance }) => {
      const { reportUncertaintyMinutes } = policyAt(policies, candidate.startMs, timeZone);
      return distance - candidate.uncertaintyMs <= reportUncertaintyMinutes * MINUTE;
    });
  near.sort(
    (a, b) =>
      Number(a.candidate.untrusted ?? false) - Number(b.candidate.untrusted ?? false) ||
      a.distance - b.distance ||
      a.candidate.startMs - b.candidate.startMs ||
      compare(a.candidate.incidentId ?? "", b.candidate.incidentId ?? ""),
  );
  return near[0]?.candidate;
}

/** Milliseconds from C to the nearest of the instants that the stated time can mean; 0 inside. */
function distanceTo(stated: readonly number[], { startMs, endMs }: JoinCandidate): number {
  return Math.min(...stated.map((ms) => Math.max(0, startMs - ms, ms - endMs)));
}
