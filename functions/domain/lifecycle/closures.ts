import type { Closure, IncidentRecord } from "#contracts/incident.ts";

/**
 * The record afterwards, with a note where it was closed, or opened again: what those who watch the force read. Tests
 * and training, of which a force has thousands, ask nothing of anybody and are not noted.
 */
export function withClosure(before: IncidentRecord, after: IncidentRecord, at: string): IncidentRecord {
  if (after.kind === "TEST" || after.kind === "TRAINING") return after;
  const isClosed = after.state === "CLOSED";
  if (isClosed === (before.state === "CLOSED") || after.state === "MERGED") return after;
  const closure: Closure = {
    at,
    what: isClosed ? "closed" : "reopened",
    because: isClosed ? whyClosed(after) : whyReopened(before, after),
    version: after.version,
    ...(after.outcome === undefined ? {} : { outcome: after.outcome }),
  };
  return { ...after, closures: [...(before.closures ?? []), closure] };
}

function whyClosed({ decision, outcome }: IncidentRecord): Closure["because"] {
  if (decision?.approval?.approve === true) return "DECISION_APPROVED";
  return outcome === "RECORDED" ? "RECORDED" : "NOTHING_ASKED";
}

function whyReopened(before: IncidentRecord, after: IncidentRecord): Closure["because"] {
  if (after.version > before.version) return "VERDICT_REVISED";
  return after.explanationRequests.length > before.explanationRequests.length ? "OFFICER_ASKED" : "ALERTED";
}
