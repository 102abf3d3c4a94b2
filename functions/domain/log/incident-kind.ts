import type { UseReport } from "#contracts/report.ts";
import type { IncidentKind } from "#contracts/verdict.ts";
import type { WeaponEvent } from "#contracts/weapon-log.ts";
import { compare } from "#domain/text-order.ts";

import type { RowKind } from "./row-kinds.ts";

const DISCHARGE_ACTIONS: ReadonlySet<string> = new Set(["drive-stun", "angled-drive-stun", "fired"]);
/** In the order of the contract's §1. */
const ACTIONS = [
  "drawn",
  "aimed",
  "arced",
  "red-dotted",
  "drive-stun",
  "angled-drive-stun",
  "fired",
] as const;

export type KindFinding = { readonly kind: IncidentKind; readonly kindDecidedBy: string };

export type KindQuestion = {
  /** Rows of the incident with what each makes by itself. */
  readonly rows: readonly { readonly event: WeaponEvent; readonly kind: RowKind }[];
  readonly reports: readonly UseReport[];
  readonly decidedKind: IncidentKind | undefined;
};

/** What kind of incident it is, and who or what decided so: `log`, `report:<id>` or `decision` (contract §4). */
export function decideKind({ rows, reports, decidedKind }: KindQuestion): KindFinding {
  if (decidedKind !== undefined) return { kind: decidedKind, kindDecidedBy: "decision" };
  const inOrder = [...reports].sort((a, b) => compare(a.reportId, b.reportId));
  const found = rows.length > 0 ? kindByLog(rows) : kindByReports(inOrder);
  const unintentional = inOrder.find(({ outcomeIntent }) => outcomeIntent === "unintentional");
  if (unintentional !== undefined && (found.kind === "DISCHARGE" || found.kind === "UNKNOWN")) {
    return { kind: "UNINTENTIONAL", kindDecidedBy: `report:${unintentional.reportId}` };
  }
  return found;
}

function kindByLog(rows: KindQuestion["rows"]): KindFinding {
  const uses = rows.filter(({ kind }) => kind === "use");
  if (uses.length === 0) {
    const kind = rows.some((row) => row.kind === "test") ? "TEST" : "TRAINING";
    return { kind, kindDecidedBy: "log" };
  }
  const triggers = uses.map(({ event }) => event).filter(({ type }) => type === "trigger");
  if (triggers.some(isDischarge)) return { kind: "DISCHARGE", kindDecidedBy: "log" };
  return { kind: triggers.length > 0 ? "UNKNOWN" : "NON_DISCHARGE", kindDecidedBy: "log" };
}

function kindByReports(reports: readonly UseReport[]): KindFinding {
  const by = (kind: IncidentKind, report: UseReport | undefined): KindFinding => ({
    kind,
    kindDecidedBy: `report:${report?.reportId ?? "none"}`,
  });
  const discharge = reports.find(({ actions }) => actions.some((action) => DISCHARGE_ACTIONS.has(action)));
  if (discharge !== undefined) return by("DISCHARGE", discharge);
  const stated = reports.find(({ actions }) => actions.some((action) => action !== "not-stated"));
  return stated === undefined ? by("UNKNOWN", reports[0]) : by("NON_DISCHARGE", stated);
}

/** A trigger with no cartridge is a drive stun; any other cartridge of a use discharged when it was deployed. */
function isDischarge({ cartridge }: WeaponEvent): boolean {
  return cartridge?.kind === "none" || cartridge?.deployed !== false;
}

/** Whether the log shows a trigger without a cartridge: a drive stun, or a misfire (case 29). */
export function showsDriveStun(events: readonly WeaponEvent[]): boolean {
  return events.some(({ type, cartridge }) => type === "trigger" && cartridge?.kind === "none");
}

/** Whether a report says that the weapon was pressed against somebody. */
export function statesDriveStun(reports: readonly UseReport[]): boolean {
  return reports.some(({ actions }) =>
    actions.some((action) => action === "drive-stun" || action === "angled-drive-stun"),
  );
}

/** What was done, as the reports say, else as far as the log can tell (contract §4). */
export function actionsOf(
  reports: readonly UseReport[],
  events: readonly WeaponEvent[],
  kind: IncidentKind,
): readonly string[] {
  if (reports.length > 0) {
    const stated = ACTIONS.filter((action) => reports.some(({ actions }) => actions.includes(action)));
    return stated.length > 0 ? stated : ["not-stated"];
  }
  const discharge = kind === "DISCHARGE" || kind === "UNINTENTIONAL";
  const fired = events.some(
    ({ type, cartridge }) => type === "trigger" && cartridge?.kind === "live" && cartridge.deployed,
  );
  const told = [
    ...(events.some(({ type }) => type === "arc") ? ["arced"] : []),
    ...(discharge && fired ? ["fired"] : []),
  ];
  return told.length > 0 ? told : ["drawn"];
}
