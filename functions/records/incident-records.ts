import * as z from "zod";
import { type IncidentRecord, incidentRecord } from "#contracts/incident.ts";
import type { RecordKey, Records, RecordWrite, StoredRecord } from "#ports/records.ts";
import {
  closureKey,
  closuresPk,
  hourIncidentKey,
  hoursOf,
  idOf,
  incidentKey,
  officerIncidentKey,
  officerPk,
  partOf,
  refKey,
  refPk,
  type SpanMs,
  under,
  weaponIncidentKey,
  weaponPk,
} from "./keys.ts";
import { encodeCursor, type Page, readPage } from "./pages.ts";
import { createPointedItems } from "./pointed-items.ts";
import {
  asData,
  onEach,
  parseReadable,
  parseStored,
  type Readable,
  type Stored,
  sortedUnique,
  spanMs,
} from "./stored.ts";

const INCIDENTS = "INCIDENTS";
const LOOK = "LOOK";
const OPEN = "OPEN";
/** Uses are cut anew when bookings or clocks change; none was ever cut across this many others. */
const BEGUN_BELOW = 20;

/** The record, and the span in which footage that may concern it is searched. */
const incidentItem = z.strictObject({ record: incidentRecord, span: spanMs });
type IncidentItem = { readonly record: IncidentRecord; readonly span: SpanMs };

const pointersOf = ({ record, span }: IncidentItem): readonly RecordKey[] => [
  ...hoursOf(span).map((hour) => hourIncidentKey(hour, record.incidentId)),
  ...record.incidentRefs.map((ref) => refKey(ref, "INCIDENT", record.incidentId)),
  ...(record.weaponSerial === undefined
    ? []
    : [weaponIncidentKey(record.weaponSerial, record.seqs.toSorted((a, b) => a - b)[0], record.incidentId)]),
  ...record.officerIds.map((id) => officerIncidentKey(id, record.occurredAt, record.incidentId)),
  ...(record.closures ?? []).map(({ at }) => closureKey(at, record.incidentId)),
];

const timeOrder = ({ occurredAt, incidentId }: Pick<IncidentRecord, "occurredAt" | "incidentId">): string =>
  `${occurredAt}#${incidentId}`;

/** Also of a record that has lost its shape: it must not end the list for those behind it. */
const listedOrder = (stored: StoredRecord): string => {
  const { occurredAt } = (stored.data["record"] ?? {}) as Partial<IncidentRecord>;
  return timeOrder({ occurredAt: String(occurredAt), incidentId: idOf(stored) });
};

const writeOf = (item: IncidentItem): RecordWrite => ({
  ...incidentKey(item.record.incidentId),
  data: asData(item),
  byTime: { list: INCIDENTS, order: timeOrder(item.record) },
  byDue: dueEntryOf(item.record),
});

/** In one list at a time: what somebody must look at again, else what is open and waits for people alone. */
const dueEntryOf = (record: IncidentRecord): RecordWrite["byDue"] => {
  if (record.lookAt !== undefined) return { list: LOOK, order: `${record.lookAt}#${record.incidentId}` };
  return isOpen(record) ? { list: OPEN, order: timeOrder(record) } : undefined;
};

/** Whether anything is still to be done or awaited. */
const isOpen = ({ state }: IncidentRecord): boolean => state !== "CLOSED" && state !== "MERGED";

const parseItem = (stored: StoredRecord): IncidentItem => parseStored(incidentItem, stored);

const latest = (limit: number | undefined) => (limit === undefined ? {} : { descending: true, limit });

const readable = (stored: readonly StoredRecord[]): Readable<IncidentRecord> =>
  parseReadable(stored, (one) => parseItem(one).record, idOf);

export type IncidentListQuery = {
  /** UTC with milliseconds, [from, to) by the time of the event. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

export type IncidentRecords = ReturnType<typeof createIncidentRecords>;

/**
 * Incidents, and the ways that lead to them.
 *
 * A replacement computes the pointers itself from the record and its span, and writes those that are new before
 * the record. Lookups give ids that may concern what is asked: pointers of former contents stay, so the caller
 * reads each record (consistently) and judges by it.
 */
export const createIncidentRecords = (records: Records) => {
  const {
    create,
    replace,
    read: readAt,
  } = createPointedItems<IncidentRecord, SpanMs>(records, {
    keyOf: ({ incidentId }) => incidentKey(incidentId),
    parse: parseItem,
    writeOf,
    pointersOf,
    nameOf: ({ incidentId }) => ({ incidentId }),
  });
  const read = (incidentId: string) => readAt(incidentKey(incidentId));

  /** Those of the ids that lead to a record, in the order of the ids. */
  const readAll = async (incidentIds: readonly string[]): Promise<readonly Stored<IncidentRecord>[]> =>
    (await onEach(incidentIds, read)).filter((stored) => stored !== undefined);

  /** Newest first. Eventually consistent: for pages, never to judge. */
  const list = async (query: IncidentListQuery): Promise<Page<IncidentRecord> & Readable<IncidentRecord>> => {
    const page = await readPage(records, {
      ...query,
      list: INCIDENTS,
      orderOf: listedOrder,
      descending: true,
    });
    return { ...page, ...readable(page.items) };
  };

  /** The cursor of a page that ends with this incident: for lists that leave some out. */
  const cursorAfter = (record: IncidentRecord): string => encodeCursor(timeOrder(record));

  /**
   * Ids of incidents whose `lookAt` is before the given time, the longest overdue first. Eventually consistent.
   * Ids alone, so that one record that cannot be read keeps no other from being looked at.
   */
  const listDueLooks = async (before: string, limit: number): Promise<readonly string[]> =>
    (await records.list({ index: "byDue", list: LOOK, to: before, limit })).map(idOf);

  /**
   * Everything that is not closed, in no order, up to the limit of each of the two lists. Eventually consistent: for
   * pages, never to judge.
   */
  const listOpen = async (limit: number): Promise<Readable<IncidentRecord>> => {
    const lists = await onEach([LOOK, OPEN], (list) => records.list({ index: "byDue", list, limit }));
    const { items, unreadable } = readable(lists.flat());
    return { items: items.filter(isOpen), unreadable };
  };

  /** Ids of incidents whose search span may touch [fromMs, toMs). */
  const incidentsInSpan = async (fromMs: number, toMs: number): Promise<readonly string[]> => {
    const hours = await onEach(hoursOf({ fromMs, toMs }), (hour) => records.query(under(hour, "INCIDENT#")));
    return sortedUnique(hours.flat().map((pointer) => partOf(pointer, 1)));
  };

  const incidentsByRef = async (incidentRef: string): Promise<readonly string[]> => {
    const pointers = await records.query(under(refPk(incidentRef), "INCIDENT#"));
    return sortedUnique(pointers.map((pointer) => partOf(pointer, 1)));
  };

  /** All of them, or with a limit those of the weapon's latest rows. */
  const incidentsOfWeapon = async (serial: string, limit?: number): Promise<readonly string[]> => {
    const pointers = await records.query({ ...under(weaponPk(serial), "INCIDENT#"), ...latest(limit) });
    return sortedUnique(pointers.map((pointer) => partOf(pointer, 2)));
  };

  /**
   * Ids of incidents of the weapon that may hold rows with numbers in [fromSeq, toSeq]: those whose first row is
   * among them, the few that begin next below, and those that were first known from a report alone.
   */
  const incidentsOfRows = async (
    serial: string,
    fromSeq: number,
    toSeq: number,
  ): Promise<readonly string[]> => {
    const pk = weaponPk(serial);
    const first = under(pk, "INCIDENT#").from;
    const below = weaponIncidentKey(serial, fromSeq, "").sk;
    const reported = weaponIncidentKey(serial, undefined, "").sk;
    const [within, next, withoutRows] = await Promise.all([
      records.query({ pk, from: below, to: `${weaponIncidentKey(serial, toSeq, "").sk}~` }),
      records.query({ pk, from: first, to: below, descending: true, limit: BEGUN_BELOW }),
      records.query({ pk, from: reported, to: `${reported}~` }),
    ]);
    return sortedUnique([...within, ...next, ...withoutRows].map((pointer) => partOf(pointer, 2)));
  };

  /**
   * Ids of incidents that occurred, or were once taken to have occurred, in [from, to), UTC with milliseconds; with a
   * limit the latest of them.
   */
  const incidentsOfOfficer = async (
    officerId: string,
    from: string,
    to: string,
    limit?: number,
  ): Promise<readonly string[]> => {
    const pointers = await records.query({
      pk: officerPk(officerId),
      from: `INCIDENT#${from}`,
      to: `INCIDENT#${to}`,
      ...latest(limit),
    });
    return sortedUnique(pointers.map((pointer) => partOf(pointer, 2)));
  };

  /** Ids of incidents that were closed or opened again on the UTC day (2026-11-22), the latest `limit` of them. */
  const incidentsClosedOn = async (day: string, limit: number): Promise<readonly string[]> => {
    const pointers = await records.query({ ...under(closuresPk(day), "AT#"), ...latest(limit) });
    return sortedUnique(pointers.map((pointer) => partOf(pointer, 2)));
  };

  return {
    read,
    readAll,
    create,
    replace,
    list,
    cursorAfter,
    listDueLooks,
    listOpen,
    incidentsInSpan,
    incidentsByRef,
    incidentsOfWeapon,
    incidentsOfRows,
    incidentsOfOfficer,
    incidentsClosedOn,
  };
};
