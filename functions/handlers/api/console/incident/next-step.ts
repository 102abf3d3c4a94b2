import type { IncidentRecord } from "#contracts/incident.ts";
import type { Person } from "#ports/identity.ts";

/** The one thing that is to be done next, and that it is not this person's where they are no supervisor. */
export function nextStep(record: IncidentRecord, person: Person): string {
  const step = stepOf(record, person);
  return person.roles.includes("supervisor") ? step : `A supervisor's turn: ${step.toLowerCase()}`;
}

function stepOf(record: IncidentRecord, person: Person): string {
  switch (record.state) {
    case "AWAITING_FOOTAGE":
      return "See that the cameras are docked";
    case "OPEN":
      return "Read and acknowledge";
    case "DECISION_PROPOSED":
      return record.decision?.proposedBy === person.subject
        ? "Another supervisor approves or refuses"
        : "Approve or refuse the decision";
    case "ACKNOWLEDGED":
      return afterAcknowledgement(record);
    case "CLOSED":
    case "MERGED":
      return "Nothing";
  }
}

function afterAcknowledgement({ explanation, explanationRequests, decision }: IncidentRecord): string {
  if (decision?.approval?.approve === false) return "Propose another decision";
  if (explanation) return "Decide";
  return explanationRequests.length > 0 ? "The officer's explanation is awaited" : "Ask the officer";
}
