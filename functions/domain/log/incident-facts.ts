import type { Policy } from "#contracts/force.ts";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { ReportRecord } from "#contracts/report.ts";
import type { IncidentKind } from "#contracts/verdict.ts";
import { compare } from "#domain/text-order.ts";
import { type Interval, overlaps } from "#domain/time/intervals.ts";
import { policyAt } from "#domain/time/policies.ts";
import { instantOf, resolveInstants } from "#domain/time/time.ts";

import { type Carriage, carriagesOf, carriersAt, lastCarriageBefore } from "./bookings.ts";
import { type EventTime, eventTimeOf, momentAt, shiftEvent } from "./event-times.ts";
import { actionsOf, decideKind } from "./incident-kind.ts";
import { kindOfRow } from "./row-kinds.ts";
import { cohesiveVariants, earliestDeliveryMs, uncertaintyOf, whereUntrusted } from "./segment-log.ts";
import { clockSettings, type PlacedRow, placeRow, type RowContext } from "./weapon-rows.ts";

const MINUTE = 60_000;

/** The part of the inputs that an incident's facts come from. */
export type IncidentInputs = Pick<
  JudgementInputs,
  "timeZone" | "policies" | "reports" | "bookings" | "officers" | "unregisteredSerials"
> & {
  readonly incident: Pick<
    JudgementInputs["incident"],
    "weaponSerial" | "firstReceivedAt" | "rows" | "timeSyncs" | "decidedKind"
  >;
};

/** What ingestion makes of the rows, reports and bookings of one incident. Instants are ms since 1970. */
export type IncidentFacts = {
  readonly kind: IncidentKind;
  /** `log`, `report:<id>` or `decision`. */
  readonly kindDecidedBy: string;
  /** C.start; the delivery where the weapon's clock cannot be trusted. */
  readonly occurredAtMs: number;
  readonly endedAtMs: number;
  /** All possible carriers of the weapon, the booked ones first; empty when nobody is known. */
  readonly officerIds: readonly string[];
  /** Those of them whom a booking names. */
  readonly bookedOfficerIds: readonly string[];
  /** Those whom a report names, whoever was booked. */
  readonly reportedOfficerIds: readonly string[];
  /** Who carried the weapon when; of an unregistered weapon nobody. */
  readonly carriages: readonly Carriage[];
  readonly actions: readonly string[];
  readonly borough: string;
  readonly incidentRefs: readonly string[];
  /** W = [requiredFrom, requiredTo) at zero shift. */
  readonly requiredFrom: number;
  readonly requiredTo: number;
  readonly policy: Policy;
  /** The readings of when it was: two where a local time exists twice. The first is told as the zero shift. */
  readonly times: readonly [EventTime, ...EventTime[]];
  /** ± ms by which each of the times may be wrong. */
  readonly uncertaintyMs: number;
  /** Where an event whose time cannot be trusted may lie; absent for others. */
  readonly mayLie: Interval | undefined;
  readonly placed: readonly PlacedRow[];
};

/** Works out who, when and what (contract §4 and §6). The order of lists does not matter. */
export function incidentFacts(inputs: IncidentInputs): IncidentFacts {
  const reports = inputs.reports.toSorted((a, b) => compare(a.report.reportId, b.report.reportId));
  const { incident, policies, timeZone } = inputs;
  const context: RowContext = {
    policies,
    timeZone,
    syncs: clockSettings(incident.timeSyncs ?? [], timeZone),
  };
  const carriages = carriagesOf(incident.weaponSerial ?? "", inputs.bookings);
  const known = incident.rows
    .map((row) => placeRow(row, context))
    .map((placed) => ({ placed, kind: kindOfRow(placed, carriages, context, reports.length > 0) }))
    .sort((a, b) => a.placed.row.event.seq - b.placed.row.event.seq);
  // Rows that make nothing, or a test beside a use, say nothing about when the use was.
  const telling =
    [known.filter(({ kind }) => kind === "use"), known.filter(({ kind }) => kind !== undefined)].find(
      (rows) => rows.length > 0,
    ) ?? known;
  const placed = telling.map((row) => row.placed);
  const when = whenOf(placed, reports, carriages, context, instantOf(incident.firstReceivedAt));
  const { policy } = when;
  const [{ c }] = when.times;
  const events = placed.map(({ row }) => row.event);
  const kind = decideKind({
    rows: known.flatMap(({ placed: { row }, kind: made }) =>
      made === undefined ? [] : [{ event: row.event, kind: made }],
    ),
    reports: reports.map(({ report }) => report),
    decidedKind: incident.decidedKind,
  });
  // What an unregistered weapon did counts for nobody, whoever was booked for it (contract §3).
  const isRegistered = !(inputs.unregisteredSerials ?? []).includes(incident.weaponSerial ?? "");
  const countedCarriages = isRegistered ? carriages : [];
  const bookedOfficerIds = bookedFor(when, countedCarriages);
  const reportedOfficerIds = reports.map(({ report }) => report.officerId);
  const officerIds = [...new Set([...bookedOfficerIds, ...reportedOfficerIds])];
  return {
    ...kind,
    ...when,
    occurredAtMs: when.occurredAtMs,
    endedAtMs: when.occurredAtMs + (c.to - c.from),
    officerIds,
    bookedOfficerIds,
    reportedOfficerIds,
    carriages: countedCarriages,
    actions: actionsOf(
      reports.map(({ report }) => report),
      events,
      kind.kind,
    ),
    borough: boroughOf(reports, officerIds, inputs.officers),
    incidentRefs: referencesOf(placed, reports),
    requiredFrom: c.from - Math.round(policy.leadSeconds * 1000),
    requiredTo: c.to + Math.round(policy.tailSeconds * 1000),
    placed,
  };
}

type When = Pick<IncidentFacts, "occurredAtMs" | "policy" | "times" | "uncertaintyMs" | "mayLie">;

function whenOf(
  placed: readonly PlacedRow[],
  reports: readonly ReportRecord[],
  carriages: readonly Carriage[],
  context: RowContext,
  firstReceivedMs: number,
): When {
  if (placed.length === 0) return whenStated(reports, context, firstReceivedMs);
  if (placed.some(({ untrusted }) => untrusted)) return whenUntrusted(placed, reports, carriages, context);
  const [first, ...others] = cohesiveVariants(placed, context).map((variant) => eventTimeOf(placed, variant));
  const times: [EventTime, ...EventTime[]] = [first as EventTime, ...others];
  const startMs = times[0].c.from;
  const policy = policyAt(context.policies, startMs, context.timeZone);
  return {
    occurredAtMs: startMs,
    policy,
    times,
    // Of two readings of the hour either may be the doubtful one.
    uncertaintyMs: Math.max(...times.map(({ c }) => uncertaintyOf(placed, c.from, policy))),
    mayLie: undefined,
  };
}

/** An incident that only reports tell of: C = [statedAt, + 1 ms), by the report that states the earliest time. */
function whenStated(
  reports: readonly ReportRecord[],
  { policies, timeZone }: RowContext,
  firstReceivedMs: number,
): When {
  const stated = reports
    .map(({ report }) => resolveInstants(report.statedAt, timeZone))
    .filter((instants) => instants.length > 0)
    .sort((a, b) => (a[0] as number) - (b[0] as number));
  const [first, ...others] = (stated[0] ?? [firstReceivedMs]).map(momentAt);
  const times: [EventTime, ...EventTime[]] = [first as EventTime, ...others];
  const occurredAtMs = times[0].c.from;
  const policy = policyAt(policies, occurredAtMs, timeZone);
  return {
    occurredAtMs,
    policy,
    times,
    uncertaintyMs: Math.ceil(policy.reportUncertaintyMinutes * MINUTE),
    mayLie: undefined,
  };
}

/** Untrusted rows: anywhere in the booking; told at the stated time where a report gives one, else at the delivery. */
function whenUntrusted(
  placed: readonly PlacedRow[],
  reports: readonly ReportRecord[],
  carriages: readonly Carriage[],
  { policies, timeZone }: RowContext,
): When {
  const occurredAtMs = earliestDeliveryMs(placed);
  const mayLie = whereUntrusted(placed, carriages);
  const event = eventTimeOf(placed, 0);
  const lengthMs = event.c.to - event.c.from;
  const stated = reports
    .flatMap(({ report }) => resolveInstants(report.statedAt, timeZone))
    .sort((a, b) => a - b);
  const told = Math.max(mayLie.from, Math.min(stated[0] ?? occurredAtMs, mayLie.to - lengthMs));
  return {
    occurredAtMs,
    policy: policyAt(policies, occurredAtMs, timeZone),
    times: [shiftEvent(event, told - event.c.from)],
    uncertaintyMs: 0,
    mayLie,
  };
}

/**
 * Who was booked for the weapon at its first row; for untrusted rows, whose booking it was, and whoever else was booked
 * while that ran. A report without a log names its officer itself.
 */
function bookedFor(when: When, carriages: readonly Carriage[]): readonly string[] {
  if (when.mayLie !== undefined) {
    const last = lastCarriageBefore(carriages, when.occurredAtMs);
    const beside = last === undefined ? [] : carriages.filter((other) => overlaps(other, last.span));
    return [...new Set([...(last?.officerIds ?? []), ...beside.map(({ officerId }) => officerId).sort()])];
  }
  const firstRows = when.times.flatMap(({ rows }) => rows.slice(0, 1));
  return [...new Set(firstRows.flatMap(({ at }) => carriersAt(carriages, at.from)))].sort();
}

function boroughOf(
  reports: readonly ReportRecord[],
  officerIds: readonly string[],
  officers: JudgementInputs["officers"],
): string {
  const officerBorough = officerIds
    .map((id) => officers.find(({ officerId }) => officerId === id)?.borough)
    .find((borough) => borough !== undefined);
  return reports[0]?.report.borough ?? officerBorough ?? "unknown";
}

function referencesOf(placed: readonly PlacedRow[], reports: readonly ReportRecord[]): readonly string[] {
  const references = [
    ...placed.flatMap(({ row }) => [row.delivery.incidentRef, ...(row.incidentRefs ?? [])]),
    ...reports.map(({ report }) => report.incidentRef),
  ];
  return [...new Set(references.filter((reference) => reference !== undefined))].sort();
}
