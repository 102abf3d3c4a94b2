import type { AlertMessage, AlertRecord } from "#contracts/alert.ts";
import type { IncidentRecord } from "#contracts/incident.ts";

/** Footage near an incident may not go before a supervisor says so. */
export type LegalHold = {
  /** UTC: when whatever placed it came. Names the hold: one that is placed after a release has another. */
  readonly since: string;
  /** For the custody log. */
  readonly why: string;
};

export type Release = { readonly at: string; readonly by: string; readonly reason: string };

/**
 * Placed by a supervisor, or by an alert that somebody has to answer; ended by a supervisor alone. What comes after a
 * release places another.
 */
export function legalHoldOf(
  { holds }: Pick<IncidentRecord, "holds">,
  alerts: readonly AlertRecord[],
): LegalHold | undefined {
  const released = lastRelease({ holds })?.at ?? "";
  const placed = [
    ...holds.filter(({ action }) => action === "place").map(({ at, reason }) => ({ since: at, why: reason })),
    ...alerts
      .filter(({ message }) => needsSomebody(message))
      .map(({ owedAt, message }) => ({ since: owedAt, why: `alerted: ${message.type}` })),
  ];
  return placed
    .filter(({ since }) => since > released)
    .toSorted((one, other) => (`${one.since}${one.why}` < `${other.since}${other.why}` ? -1 : 1))[0];
}

/** The release that ended a hold of that time; undefined while it goes on. */
export function releaseOf(incident: Pick<IncidentRecord, "holds">, since: string): Release | undefined {
  const last = lastRelease(incident);
  return last !== undefined && last.at >= since ? last : undefined;
}

/** What a supervisor did, in the words of the custody log. */
export const holdActOf = (action: IncidentRecord["holds"][number]["action"]): string =>
  action === "place" ? "placed a hold" : "released the hold";

/** All that supervisors did, for the custody log: where a process ended before it noted one, the next run does. */
export const holdActs = ({ holds }: Pick<IncidentRecord, "holds">) =>
  holds.map(({ at, by, action, reason }) => ({ at, who: by, what: holdActOf(action), why: reason }));

function lastRelease({ holds }: Pick<IncidentRecord, "holds">): Release | undefined {
  const last = holds.findLast(({ action }) => action === "release");
  return last && { at: last.at, by: last.by, reason: last.reason };
}

function needsSomebody({ type, outcome }: AlertMessage): boolean {
  switch (type) {
    case "UNRECORDED_DISCHARGE":
    case "PARTLY_RECORDED_DISCHARGE":
    case "UNDETERMINED_DISCHARGE":
    case "UNREPORTED_DISCHARGE":
    case "CONTRADICTION":
    case "ESCALATED":
      return true;
    case "REVISED":
      return outcome !== "RECORDED";
    // The first is no finding yet, and the others are about people and devices rather than about this use.
    case "DISCHARGE_REPORTED":
    case "KIT":
    case "DELIVERY":
      return false;
  }
}
