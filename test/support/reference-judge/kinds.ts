import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { IncidentKind } from "#contracts/verdict.ts";
import type { UseTime } from "./cases.ts";
import { incidentRows } from "./incident-rows.ts";

const DISCHARGES = ["drive-stun", "angled-drive-stun", "fired"];

/** §4: the incident's kind from the log, else from the reports' actions; then reports' intent; then a decision. */
export function kindOf(inputs: JudgementInputs, time: UseTime): IncidentKind {
  if (inputs.incident.decidedKind !== undefined) return inputs.incident.decidedKind;
  const kind = time.rows.length > 0 ? kindOfLog(inputs, time) : kindOfReports(inputs);
  const unintentional = inputs.reports.some(({ report }) => report.outcomeIntent === "unintentional");
  return unintentional && (kind === "DISCHARGE" || kind === "UNKNOWN") ? "UNINTENTIONAL" : kind;
}

function kindOfLog(inputs: JudgementInputs, time: UseTime): IncidentKind {
  const kinds = incidentRows(inputs).map(({ kind }) => kind);
  if (kinds.every((kind) => kind === "TEST")) return "TEST";
  if (kinds.every((kind) => kind === "TRAINING")) return "TRAINING";
  const triggers = time.rows.filter(({ row }) => row.event.type === "trigger").map(({ row }) => row.event);
  const discharged = triggers.some((event) => {
    const kind = event.cartridge?.kind ?? "unknown";
    const deployed = event.cartridge?.deployed ?? true;
    return kind === "none" || ((kind === "live" || kind === "unknown") && deployed);
  });
  if (discharged) return "DISCHARGE";
  return triggers.length > 0 ? "UNKNOWN" : "NON_DISCHARGE";
}

function kindOfReports(inputs: JudgementInputs): IncidentKind {
  const actions = inputs.reports.flatMap(({ report }) => report.actions);
  if (actions.some((action) => DISCHARGES.includes(action))) return "DISCHARGE";
  return actions.every((action) => action === "not-stated") ? "UNKNOWN" : "NON_DISCHARGE";
}

/** "`actions` come from reports, else `fired` …, `arced` for an arc, `drawn` for anything else" */
export function actionsOf(inputs: JudgementInputs, kind: IncidentKind): string[] {
  if (inputs.reports.length > 0) {
    const stated = new Set(inputs.reports.flatMap(({ report }) => report.actions));
    if (stated.size > 1) stated.delete("not-stated");
    return [...stated].sort();
  }
  const events = inputs.incident.rows.map((row) => row.event);
  const live = events.some(
    ({ type, cartridge }) => type === "trigger" && cartridge?.kind === "live" && cartridge.deployed,
  );
  const fired = live && (kind === "DISCHARGE" || kind === "UNINTENTIONAL");
  const arced = events.some(({ type }) => type === "arc");
  if (!fired && !arced) return ["drawn"];
  return [...(arced ? ["arced"] : []), ...(fired ? ["fired"] : [])];
}
