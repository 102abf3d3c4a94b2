import type { IncidentRecord } from "#contracts/incident.ts";
import type { Times } from "#handlers/api/console/frame/times.ts";
import { outcomeWords } from "#handlers/api/console/frame/words.ts";

type Act = { readonly by: string; readonly at: string; readonly what: string };

/** How much of an incident the sender of a form had seen: the verdict's version, and the time of the last act. */
export function seenOf(record: IncidentRecord): string {
  const last = actsOf(record)
    .map(({ at }) => at)
    .sort()
    .at(-1);
  return `${record.version}~${last ?? ""}`;
}

/**
 * What others did to the incident, and the engine found, since the sender of a form saw it: one sentence each. What
 * the person did themselves is no news to them.
 */
export function changesSince(
  seen: string,
  record: IncidentRecord,
  reader: string,
  times: Times,
): readonly string[] {
  const [version = "", lastSeen = ""] = seen.split("~");
  const revised =
    record.version > Number(version) && record.outcome !== undefined
      ? [`The verdict is now version ${record.version}: ${outcomeWords[record.outcome].toLowerCase()}.`]
      : [];
  const acts = actsOf(record)
    .filter(({ at, by }) => at > lastSeen && by !== reader)
    .map(({ by, at, what }) => `${by} ${what}, ${times.full(at)}.`);
  return [...revised, ...acts];
}

/** Everything that people did, in no order. */
function actsOf(record: IncidentRecord): readonly Act[] {
  const { acknowledgements, explanationRequests, explanation, decision, confirmations, holds } = record;
  const approval = decision?.approval;
  return [
    ...acknowledgements.map((act) => ({ ...act, what: "acknowledged" })),
    ...explanationRequests.map((act) => ({ ...act, what: "asked the officer for an explanation" })),
    ...(explanation ? [{ ...explanation, what: "gave an explanation" }] : []),
    ...(decision ? [{ by: decision.proposedBy, at: decision.proposedAt, what: "proposed a decision" }] : []),
    ...(approval
      ? [{ ...approval, what: approval.approve ? "approved the decision" : "refused the decision" }]
      : []),
    ...confirmations.map((act) => ({ ...act, what: "said whether a camera shows the event" })),
    ...holds.map((act) => ({ ...act, what: act.action === "place" ? "placed a hold" : "released the hold" })),
  ];
}
