import type { ForceConfig } from "#contracts/force.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { Booking, Officer } from "#contracts/register.ts";
import type { ReportRecord } from "#contracts/report.ts";
import type { WeaponRow } from "#contracts/weapon-log.ts";
import { incidentSearchSpan, type SearchSpan } from "#domain/cover/search-spans.ts";
import { carriagesOf, readingsOf } from "#domain/log/bookings.ts";
import { type IncidentFacts, incidentFacts } from "#domain/log/incident-facts.ts";
import { missingBeside } from "#domain/log/segment-log.ts";
import { instantOf, resolveInstants, toUtc } from "#domain/time/time.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import type { ReportRecords } from "#records/report-records.ts";
import { onEach, sortedUnique } from "#records/stored.ts";
import type { WeaponRecords } from "#records/weapon-records.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A search never reaches further back: an event whose time nobody knows could else lie anywhere since 2001. */
const LONGEST_SEARCH = 31 * DAY;
/** Bookings that begin before a span and may still run in it; several people may hold one device. */
const BOOKINGS_BEFORE = 8;
const SYNC_PAGE = 500;
/** More rows than any weapon's memory holds. */
const MAX_SYNC_PAGES = 40;

export type LoadIncidentDeps = {
  readonly weapons: Pick<WeaponRecords, "rowsBetween" | "rowsAfter" | "knownSeqs">;
  readonly reports: Pick<ReportRecords, "latest">;
  readonly register: Pick<
    RegisterRecords,
    "bookingsOfDevice" | "lastBookingsOfDevice" | "readOfficers" | "readDevice"
  >;
  readonly force: Pick<ForceConfig, "policies" | "timeZone">;
};

/** Which rows and reports make the incident, as far as is known. */
export type IncidentSource = Pick<
  IncidentRecord,
  "incidentId" | "weaponSerial" | "seqs" | "reportIds" | "firstReceivedAt" | "decision"
>;

/** What is known of an incident apart from footage, and what the engine makes of it. */
export type KnownIncident = {
  readonly inputs: Omit<JudgementInputs, "now" | "footage" | "confirmations" | "unregisteredSerials">;
  readonly facts: IncidentFacts;
  /** Where footage that can matter may lie: at most a month. */
  readonly search: SearchSpan;
};

/** Reads everything that ingestion knows of an incident, consistently. */
export async function loadIncidentInputs(
  source: IncidentSource,
  deps: LoadIncidentDeps,
): Promise<KnownIncident> {
  const { policies, timeZone } = deps.force;
  const rows = await rowsOf(source, deps);
  const [timeSyncs, missingSeqs, found] = await Promise.all([
    timeSyncsOf(rows, deps),
    missingSeqsOf(source, rows, deps),
    onEach(source.reportIds, deps.reports.latest),
  ]);
  const reports = found.filter((report) => report !== undefined);
  const decision = source.decision?.approval?.approve === true ? source.decision.kind : undefined;
  const incident = {
    incidentId: source.incidentId,
    ...(source.weaponSerial === undefined ? {} : { weaponSerial: source.weaponSerial }),
    firstReceivedAt: earliest([
      source.firstReceivedAt,
      ...rows.map(({ firstReceivedAt }) => firstReceivedAt),
      ...reports.map(({ receivedAt }) => receivedAt),
    ]),
    drill: isDrill(rows, reports),
    rows: [...rows],
    missingSeqs: [...missingSeqs],
    timeSyncs: [...timeSyncs],
    ...(decision === undefined ? {} : { decidedKind: decision }),
  };
  const about = (bookings: readonly Booking[], officers: readonly Officer[]) => ({
    format: "witnessed.judgement-inputs.1" as const,
    timeZone,
    policies: [...policies],
    incident,
    reports,
    bookings: [...bookings],
    officers: [...officers],
  });
  const around = await bookingsAroundRows(rows, deps);
  const wide = incidentFacts(about(around, []));
  const search = bounded(incidentSearchSpan(wide));
  const margin = wide.policy.testWindowMinutes * MINUTE;
  const bookings = running(around, { fromMs: search.fromMs - margin, toMs: search.toMs + margin });
  const officers = await deps.register.readOfficers([...wide.officerIds]);
  const inputs = about(bookings, officers);
  return { inputs, facts: incidentFacts(inputs), search };
}

/** The rows, in the order of their numbers. */
async function rowsOf(source: IncidentSource, deps: LoadIncidentDeps): Promise<readonly WeaponRow[]> {
  if (source.weaponSerial === undefined || source.seqs.length === 0) return [];
  const wanted = new Set(source.seqs);
  const between = await deps.weapons.rowsBetween(
    source.weaponSerial,
    Math.min(...source.seqs),
    Math.max(...source.seqs),
  );
  return between.filter(({ event }) => wanted.has(event.seq));
}

/**
 * `time-sync` rows that may lie between the rows and their deliveries: those after the first row up to what the
 * weapon's clock said at the latest of its deliveries. Without such a clock nothing was measured.
 */
export async function timeSyncsOf(
  rows: readonly WeaponRow[],
  deps: Pick<LoadIncidentDeps, "force"> & { readonly weapons: Pick<WeaponRecords, "rowsAfter"> },
): Promise<readonly WeaponRow[]> {
  const [first] = rows;
  const clocks = rows.flatMap(({ delivery }) => delivery.clock?.deviceClock ?? []).map(instantOf);
  if (first === undefined || clocks.length === 0) return [];
  const until = Math.max(...clocks);
  const isPast = ({ event }: WeaponRow) => {
    const at = resolveInstants(event.at, deps.force.timeZone);
    return at.length > 0 && Math.min(...at) > until + DAY;
  };
  const syncs: WeaponRow[] = [];
  let after = first.event.seq;
  for (let page = 0; page < MAX_SYNC_PAGES; page += 1) {
    const next = await deps.weapons.rowsAfter(first.weaponSerial, after, SYNC_PAGE);
    syncs.push(...next.filter(({ event }) => event.type === "time-sync"));
    const last = next.at(-1);
    if (last === undefined || next.length < SYNC_PAGE || isPast(last)) break;
    after = last.event.seq;
  }
  return syncs.filter(({ event }) => {
    const at = resolveInstants(event.at, deps.force.timeZone);
    return at.length === 0 || Math.min(...at) <= until;
  });
}

async function missingSeqsOf(
  source: IncidentSource,
  rows: readonly WeaponRow[],
  deps: LoadIncidentDeps,
): Promise<readonly number[]> {
  const seqs = rows.map(({ event }) => event.seq);
  const [first, last] = [seqs[0], seqs.at(-1)];
  if (source.weaponSerial === undefined || first === undefined || last === undefined) return [];
  const [known, near] = await Promise.all([
    deps.weapons.knownSeqs(source.weaponSerial),
    deps.weapons.rowsBetween(source.weaponSerial, Math.max(0, first - 1), last + 1),
  ]);
  if (known === undefined) return [];
  return missingBeside(seqs, [known.lowest, ...near.map(({ event }) => event.seq), known.highest]);
}

/**
 * Bookings of the weapon from a day before anything of these rows can have happened to a day after. A weapon that
 * nobody registered counts for nobody, whatever was booked (contract §3).
 */
export async function bookingsAroundRows(
  rows: readonly WeaponRow[],
  deps: Pick<LoadIncidentDeps, "register" | "force">,
): Promise<readonly Booking[]> {
  const [first] = rows;
  if (first === undefined || (await deps.register.readDevice(first.weaponSerial)) === undefined) return [];
  const instants = rows.flatMap(({ event, delivery }) => {
    const delivered = instantOf(delivery.clock?.gatewayClock ?? delivery.receivedAt);
    return [
      delivered,
      ...resolveInstants(event.at, deps.force.timeZone).filter((at) => at <= delivered + DAY),
    ];
  });
  const toMs = Math.max(...instants) + DAY;
  const fromMs = Math.max(Math.min(...instants) - DAY, toMs - 366 * DAY);
  return bookingsAround(first.weaponSerial, { fromMs, toMs }, deps);
}

/** Bookings of the device that may run in the span, those that began before it included. */
export async function bookingsAround(
  serial: string,
  { fromMs, toMs }: SearchSpan,
  deps: { readonly register: Pick<RegisterRecords, "bookingsOfDevice" | "lastBookingsOfDevice"> },
): Promise<readonly Booking[]> {
  const [before, within] = await Promise.all([
    deps.register.lastBookingsOfDevice(serial, toUtc(fromMs), BOOKINGS_BEFORE),
    deps.register.bookingsOfDevice(serial, { from: toUtc(fromMs), to: toUtc(toMs) }),
  ]);
  return [...before, ...within];
}

/** Those of one device's bookings that run in the span; others would change the digest and nothing else. */
export function running(bookings: readonly Booking[], { fromMs, toMs }: SearchSpan): readonly Booking[] {
  const kept = sortedUnique(bookings.map(({ deviceSerial }) => deviceSerial)).flatMap((serial) =>
    readingsOf(bookings)
      .flatMap((reading) => carriagesOf(serial, reading))
      .filter(({ from, to }) => from < toMs && to > fromMs)
      .map(({ officerId, from }) => `${serial}#${officerId}#${from}`),
  );
  const ids = new Set(kept);
  return bookings.filter(({ deviceSerial, officerId, from, fromAlso }) =>
    [from, fromAlso ?? from].some((begin) => ids.has(`${deviceSerial}#${officerId}#${instantOf(begin)}`)),
  );
}

const bounded = ({ fromMs, toMs }: SearchSpan): SearchSpan => ({
  fromMs: Math.max(fromMs, toMs - LONGEST_SEARCH),
  toMs,
});

/** Anything that is sent as a drill makes the whole a drill: it is in no figure. */
const isDrill = (rows: readonly WeaponRow[], reports: readonly ReportRecord[]): boolean =>
  rows.some(({ delivery }) => delivery.drill) || reports.some(({ report }) => report.drill === true);

/** UTC times with milliseconds sort as text. */
const earliest = (times: readonly string[]): string => [...times].sort()[0] ?? "";
