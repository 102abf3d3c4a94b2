import * as z from "zod";
import { type FootageRecord, type FootageState, footageRecord } from "#contracts/footage.ts";
import type { ListEntry, RecordKey, Records, RecordWrite, StoredRecord } from "#ports/records.ts";
import {
  cameraClipKey,
  devicePk,
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
import { type Page, type PageQuery, readPage } from "./pages.ts";
import { createPointedItems } from "./pointed-items.ts";
import { asData, onEach, parseStored, type Stored, sortedUnique, spanMs } from "./stored.ts";

const PROMISES = "PROMISES";
const UNTOLD = "UNTOLD";
const RELEASED = "RELEASED";
const RECEIVED = "RECEIVED";
const KEPT = "KEPT";

/** Where the clip may lie in time, clock doubt included; `untrusted` when its clock says nothing. */
export type FootageSpan = SpanMs | "untrusted";

const footageItem = z.strictObject({
  record: footageRecord,
  span: z.union([spanMs, z.literal("untrusted")]),
});
type FootageItem = { readonly record: FootageRecord; readonly span: FootageSpan };

const pointersOf = ({ record, span }: FootageItem): readonly RecordKey[] => [
  objectKey(record.objectKey),
  cameraClipKey(record.declaration.camera.serial, record.declaredAt, record.footageId),
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

/** When the first of the released holds was released, or the lifting of them began. */
const releasedAt = ({ keeping }: FootageRecord): string | undefined =>
  [...(keeping?.holds.map(({ released }) => released?.at) ?? []), keeping?.lifting]
    .filter((at) => at !== undefined)
    .sort()[0];

/** The one list that the clip is on: to be told of, awaited, then to be released, else to be looked at from time to time. */
const dueOf = (record: FootageRecord): ListEntry | undefined => {
  const { footageId, stored, deletedAt, keeping } = record;
  const entry = (list: string, at: string) => ({ list, order: `${at}#${footageId}` });
  if (record.untold) return entry(UNTOLD, record.declaredAt);
  if (isPromise(record)) return { list: PROMISES, order: orderOfPromise(record) };
  const released = releasedAt(record);
  if (released !== undefined) return entry(RELEASED, released);
  if (keeping?.lookAt !== undefined) return entry(KEPT, keeping.lookAt);
  return stored === undefined || deletedAt !== undefined ? undefined : entry(RECEIVED, stored.storedAt);
};

/** Where a clip stands, its file included: `DELETED` once that is gone. */
export type FootageStanding = FootageState | "DELETED";
export const standingOf = ({ state, deletedAt }: FootageRecord): FootageStanding =>
  deletedAt === undefined ? state : "DELETED";

const orderByDeclaration = ({ declaredAt, footageId }: Pick<FootageRecord, "declaredAt" | "footageId">) =>
  `${declaredAt}#${footageId}`;

/** Where a promise stands in the list of `listDuePromises`. */
export const orderOfPromise = ({ urlsExpireAt, footageId }: FootageRecord): string =>
  `${urlsExpireAt}#${footageId}`;

const writeOf = (item: FootageItem): RecordWrite => ({
  ...footageKey(item.record.footageId),
  data: asData(item),
  byDue: dueOf(item.record),
  byTime: { list: `FOOTAGE#${standingOf(item.record)}`, order: orderByDeclaration(item.record) },
});

/** Also of a record that has lost its shape: it must not end the list for those behind it. */
const listedOrder = (stored: StoredRecord): string => {
  const { declaredAt } = (stored.data["record"] ?? {}) as Partial<FootageRecord>;
  return orderByDeclaration({ declaredAt: String(declaredAt), footageId: idOf(stored) });
};

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

  /** The latest `limit` clips that the camera declared from then on (UTC with milliseconds), by receipt. */
  const clipsOfCamera = async (
    serial: string,
    declaredFrom: string,
    limit: number,
  ): Promise<readonly FootageRecord[]> => {
    const all = under(devicePk(serial), "CLIP#");
    const pointers = await records.query({ ...all, from: `CLIP#${declaredFrom}`, descending: true, limit });
    return readAll(pointers.map((pointer) => partOf(pointer, 2)));
  };

  /** Ids of the latest `limit` clips that the camera declared, by receipt. */
  const clipIdsOfCamera = async (serial: string, limit: number): Promise<readonly string[]> => {
    const all = under(devicePk(serial), "CLIP#");
    const pointers = await records.query({ ...all, descending: true, limit });
    return pointers.map((pointer) => partOf(pointer, 2));
  };

  const listDue = async (
    list: string,
    before: string,
    limit: number,
    from?: string,
  ): Promise<readonly string[]> =>
    (
      await records.list({
        index: "byDue",
        list,
        to: before,
        limit,
        ...(from === undefined ? {} : { from }),
      })
    ).map(idOf);

  /**
   * Ids of clips promised and not yet settled whose URLs expired before the given time, the oldest first, from the
   * given order on. Eventually consistent. Ids alone, so that one record that cannot be read keeps no other from being
   * looked at.
   */
  const listDuePromises = (before: string, limit: number, from?: string) =>
    listDue(PROMISES, before, limit, from);

  /** Ids of clips that changed without the incidents hearing of it. As `listDuePromises`. */
  const listUntold = (limit: number) => listDue(UNTOLD, "9999", limit);

  /** Ids of clips with a hold that was released and not yet lifted. As `listDuePromises`. */
  const listReleased = (limit: number) => listDue(RELEASED, "9999", limit);

  /** Ids of clips whose file was stored before the given time and never looked at since. As `listDuePromises`. */
  const listReceived = (before: string, limit: number) => listDue(RECEIVED, before, limit);

  /** Ids of clips whose file is to be looked at by the given time. As `listDuePromises`. */
  const listKept = (until: string, limit: number) => listDue(KEPT, `${until}~`, limit);

  /**
   * Ids of clips by where they stand, the first declared first. Eventually consistent: what one of them is by now
   * says its record. Throws `InvalidInputError` for a cursor that is not one of ours.
   */
  const listByStanding = async (
    standing: FootageStanding,
    page: Pick<PageQuery, "limit" | "cursor">,
  ): Promise<Page<string>> => {
    const list = `FOOTAGE#${standing}`;
    const found = await readPage(records, { list, descending: false, orderOf: listedOrder, ...page });
    return { ...found, items: found.items.map(idOf) };
  };

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
    clipsOfCamera,
    clipIdsOfCamera,
    listDuePromises,
    listByStanding,
    listUntold,
    listReleased,
    listReceived,
    listKept,
  };
};
