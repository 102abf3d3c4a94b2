import type { IncidentRecord } from "#contracts/incident.ts";
import { isInvolved } from "#domain/lifecycle/is-involved.ts";
import type { Times } from "#handlers/api/console/frame/times.ts";
import { outcomeWords } from "#handlers/api/console/frame/words.ts";
import type { Person } from "#ports/identity.ts";

type Act = { readonly by: string; readonly at: string; readonly what: string };

/**
 * How much of an incident the sender of a form had seen: the verdict's version, and the time of the last act. Of a use
 * that may be their own: the questions and the explanation alone.
 */
export function seenOf(record: IncidentRecord, person: Person): string {
  const isOwn = isInvolved(record, person);
  const last = (isOwn ? ownActsOf(record) : actsOf(record))
    .map(({ at }) => at)
    .sort()
    .at(-1);
  return `${isOwn ? 0 : record.version}~${last ?? ""}`;
}

/**
 * What others did to the incident, and the engine found, since the sender of a form saw it: one sentence each. What
 * the person did themselves is no news to them, and of a use that may be their own they are told no finding and no name.
 */
export function changesSince(
  seen: string,
  record: IncidentRecord,
  person: Person,
  times: Times,
): readonly string[] {
  const [version = "", lastSeen = ""] = seen.split("~");
  const isNews = ({ at, by }: Act) => at > lastSeen && by !== person.subject;
  if (isInvolved(record, person)) {
    return ownActsOf(record)
      .filter(isNews)
      .map(({ at, what }) => `${what}, ${times.full(at)}.`);
  }
  const revised =
    record.version > Number(version) && record.outcome !== undefined
      ? [`The verdict is now version ${record.version}: ${outcomeWords[record.outcome].toLowerCase()}.`]
      : [];
  const acts = actsOf(record)
    .filter(isNews)
    .map(({ by, at, what }) => `${by} ${what}, ${times.full(at)}.`);
  return [...revised, ...acts];
}

/** What the officer whose use it is may know of, in no order. */
function ownActsOf({ explanationRequests, explanation }: IncidentRecord): readonly Act[] {
  return [
    ...explanationRequests.map((act) => ({ ...act, what: "A question was put to you" })),
    ...(explanation ? [{ ...explanation, what: "An explanation was recorded for you" }] : []),
  ];
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
