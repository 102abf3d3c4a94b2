import * as z from "zod";
import { type FootageRecord, footageRecord } from "#contracts/footage.ts";
import type { RecordKey, Records, RecordWrite, StoredRecord } from "#ports/records.ts";
import {
  footageKey,
  hourFootageKey,
  hoursOf,
  idOf,
  objectKey,
  partOf,
  refKey,
  refPk,
  type SpanMs,
  under,
  untrustedFootageKey,
  untrustedPk,
} from "./keys.ts";
import { createPointedItems } from "./pointed-items.ts";
import { asData, onEach, parseStored, type Stored, sortedUnique, spanMs } from "./stored.ts";

const PROMISES = "PROMISES";

/** Where the clip may lie in time, clock doubt included; `untrusted` when its clock says nothing. */
export type FootageSpan = SpanMs | "untrusted";

const footageItem = z.strictObject({
  record: footageRecord,
  span: z.union([spanMs, z.literal("untrusted")]),
});
type FootageItem = { readonly record: FootageRecord; readonly span: FootageSpan };

const pointersOf = ({ record, span }: FootageItem): readonly RecordKey[] => [
  objectKey(record.objectKey),
  ...(span === "untrusted"
    ? [untrustedFootageKey(record.declaredAt, record.footageId)]
    : hoursOf(span).map((hour) => hourFootageKey(hour, record.declaration.camera.serial, record.footageId))),
  ...(record.declaration.incidentRef === undefined
    ? []
    : [refKey(record.declaration.incidentRef, "FOOTAGE", record.footageId)]),
];

/** Whether the clip was promised and neither came nor was given up. */
export const isPromise = ({ state }: FootageRecord): boolean =>
  state === "AWAITING_UPLOAD" || state === "PROCESSING";

const writeOf = (item: FootageItem): RecordWrite => ({
  ...footageKey(item.record.footageId),
  data: asData(item),
  byDue: isPromise(item.record)
    ? { list: PROMISES, order: `${item.record.urlsExpireAt}#${item.record.footageId}` }
    : undefined,
});

const parseItem = (stored: StoredRecord): FootageItem => parseStored(footageItem, stored);

export type FootageRecords = ReturnType<typeof createFootageRecords>;

/**
 * Clips, and the ways that lead to them.
 *
 * A replacement computes the pointers itself and writes those that are new before the record. Searches give
 * records that may concern what is asked, read consistently, each once, ordered by id.
 */
export const createFootageRecords = (records: Records) => {
  const {
    create,
    replace,
    read: readAt,
  } = createPointedItems<FootageRecord, FootageSpan>(records, {
    keyOf: ({ footageId }) => footageKey(footageId),
    parse: parseItem,
    writeOf,
    pointersOf,
    nameOf: ({ footageId }) => ({ footageId }),
  });
  const read = (footageId: string) => readAt(footageKey(footageId));

  const readAll = async (footageIds: readonly string[]): Promise<readonly FootageRecord[]> =>
    (await onEach(sortedUnique(footageIds), read))
      .filter((stored) => stored !== undefined)
      .map((stored) => stored.record);

  /** The clip whose file is, or is to be, stored under the key. */
  const byObjectKey = async (key: string): Promise<Stored<FootageRecord> | undefined> => {
    const pointer = await records.get(objectKey(key));
    const footageId = pointer?.data["footageId"];
    return typeof footageId === "string" ? read(footageId) : undefined;
  };

  const inHours = async (span: SpanMs, prefix: `${string}#`): Promise<readonly FootageRecord[]> => {
    const hours = await onEach(hoursOf(span), (hour) => records.query(under(hour, prefix)));
    return readAll(hours.flat().map((pointer) => partOf(pointer, 2)));
  };

  /** Clips, whatever their state, that may lie within an hour of [fromMs, toMs). Not those in `untrusted`. */
  const footageInSpan = (fromMs: number, toMs: number): Promise<readonly FootageRecord[]> =>
    inHours({ fromMs, toMs }, "FOOTAGE#");

  /** As `footageInSpan`, of one camera. */
  const footageOfCamera = (serial: string, fromMs: number, toMs: number): Promise<readonly FootageRecord[]> =>
    inHours({ fromMs, toMs }, `FOOTAGE#${serial}#`);

  const footageByRef = async (incidentRef: string): Promise<readonly FootageRecord[]> => {
    const pointers = await records.query(under(refPk(incidentRef), "FOOTAGE#"));
    const found = await readAll(pointers.map((pointer) => partOf(pointer, 1)));
    return found.filter((record) => record.declaration.incidentRef === incidentRef);
  };

  /** Clips with a clock that says nothing, declared in [from, to), UTC with milliseconds. */
  const untrustedFootage = async (from: string, to: string): Promise<readonly FootageRecord[]> => {
    const pointers = await records.query({
      pk: untrustedPk,
      from: `FOOTAGE#${from}`,
      to: `FOOTAGE#${to}`,
    });
    return readAll(pointers.map((pointer) => partOf(pointer, 2)));
  };

  /**
   * Ids of clips promised and not yet settled whose URLs expired before the given time, the oldest first.
   * Eventually consistent. Ids alone, so that one record that cannot be read keeps no other from being looked at.
   */
  const listDuePromises = async (before: string, limit: number): Promise<readonly string[]> =>
    (await records.list({ index: "byDue", list: PROMISES, to: before, limit })).map(idOf);

  return {
    read,
    readAll,
    create,
    replace,
    byObjectKey,
    footageInSpan,
    footageOfCamera,
    footageByRef,
    untrustedFootage,
    listDuePromises,
  };
};
