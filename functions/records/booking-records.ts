import { ConcurrentWriteError } from "#contracts/errors.ts";
import { type Booking, booking } from "#contracts/register.ts";
import type { Records, RecordWrite, StoredRecord } from "#ports/records.ts";
import { deviceBookingKey, devicePk, idOf, officerBookingKey, officerPk, partOf, under } from "./keys.ts";
import { type Page, readPage } from "./pages.ts";
import {
  asData,
  onEach,
  parseReadable,
  parseStored,
  putPointers,
  type Readable,
  sameContent,
  sortedUnique,
  WRITERS_AT_ONCE,
} from "./stored.ts";

const BOOKINGS = "BOOKINGS";

const parseBooking = (stored: StoredRecord): Booking => parseStored(booking, stored);

const listOrder = (record: Booking): string => `${record.from}#${record.deviceSerial}#${record.officerId}`;

/** The same of what is stored, also when it has lost its shape: its key says it all. */
const orderOfKey = (stored: StoredRecord): string =>
  `${partOf(stored, 1)}#${idOf(stored)}#${partOf(stored, 2)}`;
const nameOfKey = (stored: StoredRecord): string => `${idOf(stored)} from ${partOf(stored, 1)}`;

const writeOf = (record: Booking): RecordWrite => ({
  ...deviceBookingKey(record.deviceSerial, record.from, record.officerId),
  data: asData(record),
  byTime: { list: BOOKINGS, order: listOrder(record) },
});

/** What makes a booking the one that it is. */
export type BookingKey = Pick<Booking, "deviceSerial" | "officerId" | "from">;

/**
 * What is known after both were told: fields that one leaves out come from the other. Undefined when they
 * contradict each other. So an opening that is repeated after its closing changes nothing.
 */
export const mergeBookings = (known: Booking, told: Booking): Booking | undefined => {
  const contradiction = (["to", "singleCrewed"] as const).some(
    (field) => known[field] !== undefined && told[field] !== undefined && known[field] !== told[field],
  );
  return contradiction ? undefined : { ...told, ...known };
};

/** `changed`: the booking was closed, or learnt whether it was single-crewed. */
export type PutBookingResult = "created" | "changed" | "same" | "conflict";

/** Bounds on the beginning of bookings: [from, to), UTC with milliseconds. */
export type BookingRange = { readonly from?: string | undefined; readonly to?: string | undefined };

/** Who carries which device. The record stands with the device; the officer has pointers to it. */
export const createBookingRecords = (records: Records) => {
  const rangeOf = (pk: string, { from, to }: BookingRange) => {
    const all = under(pk, "BOOKING#");
    return {
      pk,
      from: from === undefined ? all.from : `BOOKING#${from}`,
      to: to === undefined ? all.to : `BOOKING#${to}`,
    };
  };

  const readBooking = async ({ deviceSerial, officerId, from }: BookingKey): Promise<Booking | undefined> => {
    const stored = await records.get(deviceBookingKey(deviceSerial, from, officerId));
    return stored && parseBooking(stored);
  };

  /** Keeps a booking under deviceSerial + officerId + from. `conflict`: known with other content, which stands. */
  const putBooking = async (told: Booking): Promise<PutBookingResult> => {
    const { deviceSerial, officerId, from } = told;
    await putPointers(records, [officerBookingKey(officerId, from, deviceSerial)], { deviceSerial });
    if ((await records.put(writeOf(told), "absent")).written) {
      return "created";
    }
    for (let attempt = 0; attempt < WRITERS_AT_ONCE; attempt += 1) {
      const stored = await records.get(deviceBookingKey(deviceSerial, from, officerId));
      if (stored === undefined) {
        break;
      }
      const known = parseBooking(stored);
      const merged = mergeBookings(known, told);
      if (merged === undefined) {
        return "conflict";
      }
      if (sameContent(merged, known)) {
        return "same";
      }
      if ((await records.put(writeOf(merged), { revision: stored.revision })).written) {
        return "changed";
      }
    }
    throw new ConcurrentWriteError(`The booking of ${deviceSerial} from ${from} is being written by others.`);
  };

  /** Bookings of the device that begin in the range (all without it), in the order of their beginnings. */
  const bookingsOfDevice = async (serial: string, range: BookingRange = {}): Promise<readonly Booking[]> =>
    (await records.query(rangeOf(devicePk(serial), range))).map(parseBooking);

  /** The `limit` bookings of the device that began last before the given time, in the order of their beginnings. */
  const lastBookingsOfDevice = async (
    serial: string,
    before: string,
    limit: number,
  ): Promise<readonly Booking[]> => {
    const range = rangeOf(devicePk(serial), { to: before });
    return (await records.query({ ...range, descending: true, limit })).map(parseBooking).reverse();
  };

  /** The `limit` bookings of the device that begin first from the given time on. */
  const firstBookingsOfDevice = async (
    serial: string,
    from: string,
    limit: number,
  ): Promise<readonly Booking[]> =>
    (await records.query({ ...rangeOf(devicePk(serial), { from }), limit })).map(parseBooking);

  /** Bookings of the officer that begin in [from, to), in the order of their beginnings. */
  const bookingsOfOfficer = async (
    officerId: string,
    from: string,
    to: string,
  ): Promise<readonly Booking[]> => {
    const pointers = await records.query(rangeOf(officerPk(officerId), { from, to }));
    const found = await onEach(pointers, (pointer) =>
      records.get(deviceBookingKey(partOf(pointer, 2), partOf(pointer, 1), officerId)),
    );
    return found.filter((stored) => stored !== undefined).map(parseBooking);
  };

  /** The `limit` bookings of the officer that begin last, in the order of their beginnings. */
  const lastBookingsOfOfficer = async (officerId: string, limit: number): Promise<readonly Booking[]> => {
    const pointers = await records.query({
      ...rangeOf(officerPk(officerId), {}),
      descending: true,
      limit,
    });
    const found = await onEach(pointers, (pointer) =>
      records.get(deviceBookingKey(partOf(pointer, 2), partOf(pointer, 1), officerId)),
    );
    return found
      .filter((stored) => stored !== undefined)
      .map(parseBooking)
      .reverse();
  };

  /** Serials of what the officer booked in [from, to), each once. */
  const devicesOfOfficer = async (
    officerId: string,
    from: string,
    to: string,
  ): Promise<readonly string[]> => {
    const pointers = await records.query(rangeOf(officerPk(officerId), { from, to }));
    return sortedUnique(pointers.map((pointer) => partOf(pointer, 2)));
  };

  /** Newest first. Eventually consistent: for pages. */
  const listBookings = async (query: {
    readonly limit: number;
    readonly cursor?: string | undefined;
  }): Promise<Page<Booking> & Readable<Booking>> => {
    const page = await readPage(records, { ...query, list: BOOKINGS, orderOf: orderOfKey, descending: true });
    return { ...page, ...parseReadable(page.items, parseBooking, nameOfKey) };
  };

  return {
    readBooking,
    putBooking,
    bookingsOfDevice,
    lastBookingsOfDevice,
    firstBookingsOfDevice,
    bookingsOfOfficer,
    lastBookingsOfOfficer,
    devicesOfOfficer,
    listBookings,
  };
};
