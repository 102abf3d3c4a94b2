import type { JudgementInputs } from "#contracts/judgement-inputs.ts";

type List = "footage" | "bookings" | "reports" | "officers" | "confirmations" | "policies";
const LISTS: readonly List[] = ["footage", "bookings", "reports", "officers", "confirmations", "policies"];

/** Everything that is the incident but for one entry of one of its lists. */
function* smaller(inputs: JudgementInputs): Generator<JudgementInputs> {
  for (const list of LISTS) {
    for (const index of inputs[list].keys()) yield { ...inputs, [list]: inputs[list].toSpliced(index, 1) };
  }
  for (const index of inputs.incident.rows.keys()) {
    yield { ...inputs, incident: { ...inputs.incident, rows: inputs.incident.rows.toSpliced(index, 1) } };
  }
}

/** The least of an incident that still shows something, leaving out one entry after the other. */
export function shrinkIncident(
  inputs: JudgementInputs,
  shows: (inputs: JudgementInputs) => boolean,
): JudgementInputs {
  for (const less of smaller(inputs)) if (shows(less)) return shrinkIncident(less, shows);
  return inputs;
}
