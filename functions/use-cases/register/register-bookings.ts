import type { LineResult } from "#contracts/answers.ts";
import { ConflictError, type FieldError, InvalidInputError } from "#contracts/errors.ts";
import type { ForceConfig } from "#contracts/force.ts";
import type { Booking, BookingRequest } from "#contracts/register.ts";
import { SETTLED_MS } from "#domain/notices/kit-gap.ts";
import { resolveInstants, toUtc } from "#domain/time/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { WorkflowStarter } from "#ports/workflow.ts";
import { mergeBookings, type PutBookingResult } from "#records/booking-records.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { KitRecords } from "#records/kit-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { onEach, sameContent, sortedUnique } from "#records/stored.ts";
import { digestOf } from "#use-cases/digest-of.ts";
import type { IncidentsNearDeps } from "#use-cases/linking/incidents-near.ts";
import { LONGEST_UNTRUSTED_MS } from "#use-cases/linking/untrusted-footage.ts";
import { incidentsOfCamera } from "./look-again.ts";
import { deviceLog, officerLog } from "./register-log.ts";
import { createTurns, type Turns } from "./take-turns.ts";

export type RegisterBookingsDeps = IncidentsNearDeps & {
  readonly register: Pick<RegisterRecords, "readBooking" | "putBooking" | "lastBookingsOfDevice">;
  readonly custody: Pick<CustodyRecords, "append">;
  readonly incidents: Pick<
    IncidentRecords,
    "incidentsOfWeapon" | "incidentsOfOfficer" | "incidentsInSpan" | "readAll"
  >;
  readonly footage: Pick<FootageRecords, "clipsOfCamera">;
  readonly workflow: WorkflowStarter;
  readonly kit: Pick<KitRecords, "askForLook">;
  readonly clock: Clock;
  readonly force: Pick<ForceConfig, "timeZone">;
};
export type RegisteredBooking = { readonly result: LineResult; readonly booking: Booking };

/** Wider than any clock's doubt and any test window: an evaluation too many changes nothing. */
const MARGIN_MS = 24 * 3_600_000;
const END_OF_TIME_MS = Date.parse("9999-12-31T00:00:00Z");

/**
 * Keeps bookings, and looks again at every incident that they may change: those of the weapon, of the officer and of
 * whoever held the device before, and those near which a clip of the camera lies or may have lain. All lines are
 * checked before the first is stored; results are in their order. A repeat is answered like the first and starts
 * nothing new. Whoever books, and whoever had the device before, has their kit looked at when the booking begins. What
 * changes stands in the custody logs of the device and of the officer, before it is changed.
 *
 * A local time that exists twice is kept as both, and each is tried when it matters.
 * Throws `InvalidInputError`, and `ConflictError` for a booking that is known with another end.
 */
export async function registerBookings(
  input: {
    readonly bookings: readonly BookingRequest[];
    /** Who books: a person's id or a gateway's serial. */
    readonly by: string;
    readonly pointerOf: (line: number) => string;
  },
  deps: RegisterBookingsDeps,
): Promise<readonly RegisteredBooking[]> {
  const faults: FieldError[] = [];
  const bookings = input.bookings.map((request, line) =>
    bookingInUtc(request, deps.force.timeZone, (field, detail) => {
      faults.push({ pointer: `${input.pointerOf(line)}/${field}`, detail });
    }),
  );
  if (faults.length > 0) {
    throw new InvalidInputError("Nothing was booked: change the fields named in `errors`.", faults);
  }
  const inTurn = createTurns();
  const results = await onEach(bookings, async (booking) => {
    await noteBooking(booking, { by: input.by, inTurn }, deps);
    return { booking, result: await deps.register.putBooking(booking) };
  });
  const kept = await onEach(results, async ({ booking, result }): Promise<KeptBooking> => {
    const [before] = await deps.register.lastBookingsOfDevice(booking.deviceSerial, booking.from, 1);
    return { booking, result, before };
  });
  await askForKitChecks(kept, deps);
  await lookAgain(kept, deps);
  const conflicts = kept.filter(({ result }) => result === "conflict");
  if (conflicts.length > 0) throw conflictOf(conflicts.map(({ booking }) => booking));
  return kept.map(({ booking, result }) => ({ booking, result: lineResultOf(result) }));
}

/** The booking with its times in UTC. Tells each time that the zone does not have, and an end before the beginning. */
export function bookingInUtc(
  request: BookingRequest,
  timeZone: string,
  fault: (field: "from" | "to", detail: string) => void,
): Booking {
  const instants = (field: "from" | "to"): readonly number[] => {
    const text = request[field];
    if (text === undefined) return [];
    const found = resolveInstants(text, timeZone);
    if (found.length === 0)
      fault(field, `no such time in ${timeZone}: the clocks skip it. Send it with an offset`);
    return found;
  };
  const [from, fromAlso] = instants("from");
  const [to, toAlso] = instants("to").toReversed();
  if (from !== undefined && to !== undefined && to <= from) fault("to", "expected a time after `from`");
  const { singleCrewed, deviceSerial, officerId } = request;
  return {
    deviceSerial,
    officerId,
    from: toUtc(from ?? 0),
    ...(fromAlso === undefined ? {} : { fromAlso: toUtc(fromAlso) }),
    ...(to === undefined ? {} : { to: toUtc(to) }),
    ...(toAlso === undefined ? {} : { toAlso: toUtc(toAlso) }),
    ...(singleCrewed === undefined ? {} : { singleCrewed }),
  };
}

/** What became of a line, and the booking of the device that begins before it. */
type KeptBooking = {
  readonly booking: Booking;
  readonly result: PutBookingResult;
  readonly before: Booking | undefined;
};

async function noteBooking(
  booking: Booking,
  { by, inTurn }: { readonly by: string; readonly inTurn: Turns },
  deps: RegisterBookingsDeps,
): Promise<void> {
  const known = await deps.register.readBooking(booking);
  const after = known ? mergeBookings(known, booking) : booking;
  if (after === undefined || sameContent(after, known)) return;
  const { deviceSerial, officerId, from, to, singleCrewed } = after;
  const crew = singleCrewed === undefined ? "" : `, single-crewed ${singleCrewed ? "yes" : "no"}`;
  const what = `${known ? "completes the booking of" : "books"} ${deviceSerial} for ${officerId} from ${from}${to === undefined ? "" : ` to ${to}`}${crew}`;
  const entry = { at: deps.clock.now().toISOString(), who: by, what };
  await onEach([deviceLog(deviceSerial), officerLog(officerId)], (log) =>
    inTurn(log, () => deps.custody.append(log, entry)),
  );
}

function lineResultOf(result: PutBookingResult): LineResult {
  if (result === "created" || result === "changed") return result;
  return "unchanged";
}

function conflictOf(conflicts: readonly Booking[]): ConflictError {
  const which = conflicts
    .slice(0, 10)
    .map(({ deviceSerial, officerId, from }) => `${deviceSerial} for ${officerId} from ${from}`)
    .join("; ");
  return new ConflictError(
    `Known with another end or crew, which stands: ${which}. All other lines were kept; look at GET /v1/bookings.`,
  );
}

/**
 * A look at each officer's kit once what was booked has begun and settled. What is told for the first time settles
 * anew. What was booked and handed back before we heard of it is nobody's kit now.
 */
async function askForKitChecks(kept: readonly KeptBooking[], deps: RegisterBookingsDeps): Promise<void> {
  const now = deps.clock.now().getTime();
  const settled = toUtc(now + SETTLED_MS);
  const wanted = kept
    .filter(
      ({ booking: { to }, result }) => !(result === "created" && to !== undefined && Date.parse(to) <= now),
    )
    .flatMap(({ booking: { officerId, from }, result, before }) => {
      const at = toUtc(Math.max(now, Date.parse(from)) + SETTLED_MS);
      const isNews = result !== "same" && Date.parse(from) <= now + SETTLED_MS;
      return sortedUnique([officerId, ...(before ? [before.officerId] : [])]).map((id) => ({
        id,
        at,
        isNews,
      }));
    });
  await onEach([...Map.groupBy(wanted, ({ id }) => id)], ([officerId, looks]) => {
    const [at = settled] = looks.map((look) => look.at).sort();
    return deps.kit.askForLook(officerId, { at, ...(looks.some(({ isNews }) => isNews) ? { settled } : {}) });
  });
}

/** The calls that one device's look makes go on at once too. */
const DEVICES_AT_ONCE = 8;

async function lookAgain(kept: readonly KeptBooking[], deps: RegisterBookingsDeps): Promise<void> {
  const byDevice = [...Map.groupBy(kept, ({ booking }) => booking.deviceSerial)];
  const touched = await onEach(byDevice, (ofDevice) => touchedBy(ofDevice, deps), DEVICES_AT_ONCE);
  const cause = `booking-${digestOf(kept.map(({ booking }) => booking))}`;
  await onEach(sortedUnique(touched.flat()), (incidentId) => deps.workflow.start({ incidentId, cause }));
}

/** What a device's bookings share is read once: its incidents, and its clips from the first of the bookings on. */
async function touchedBy(
  [serial, kept]: readonly [string, readonly KeptBooking[]],
  deps: RegisterBookingsDeps,
): Promise<readonly string[]> {
  const spans = kept.map(({ booking }) => widened(booking));
  const [first = ""] = spans.map(({ from }) => from).sort();
  const [ofWeapon, ofCamera, ofBookings] = await Promise.all([
    deps.incidents.incidentsOfWeapon(serial).then(deps.incidents.readAll),
    incidentsOfCamera(serial, first, deps),
    onEach(kept, (line) => touchedByOfficers(line, deps), DEVICES_AT_ONCE),
  ]);
  const weapons = ofWeapon
    .map(({ record }) => record)
    .filter(({ occurredAt }) => spans.some(({ from, to }) => occurredAt >= from && occurredAt <= to))
    .map(({ incidentId }) => incidentId);
  return [...weapons, ...ofCamera, ...ofBookings.flat()];
}

function widened({ from, to }: Booking): { readonly from: string; readonly to: string } {
  return {
    from: toUtc(Date.parse(from) - MARGIN_MS),
    to: toUtc(to === undefined ? END_OF_TIME_MS : Date.parse(to) + MARGIN_MS),
  };
}

/** Incidents of who has the device and of who had it before, and what the device saw while it was theirs. */
async function touchedByOfficers(
  { booking, before }: KeptBooking,
  deps: RegisterBookingsDeps,
): Promise<readonly string[]> {
  const { from, to } = widened(booking);
  const officers = sortedUnique([booking.officerId, ...(before ? [before.officerId] : [])]);
  const [hadSeen, ofOfficers] = await Promise.all([
    before === undefined ? [] : incidentsThatSaw(before, booking, deps),
    onEach(officers, (officerId) => deps.incidents.incidentsOfOfficer(officerId, from, to)),
  ]);
  return [...hadSeen, ...ofOfficers.flat()];
}

/**
 * Incidents during the booking before that have a clip of the camera in sight: one whose clock says nothing lies in
 * the camera's last booking, which from now on is another.
 */
async function incidentsThatSaw(
  before: Booking,
  booking: Booking,
  deps: RegisterBookingsDeps,
): Promise<readonly string[]> {
  const sent = await deps.footage.clipsOfCamera(booking.deviceSerial, before.from, 1);
  if (sent.length === 0) return [];
  const fromMs = Date.parse(before.from);
  const toMs = Math.min(Date.parse(before.to ?? booking.from), fromMs + LONGEST_UNTRUSTED_MS);
  const ids = await deps.incidents.incidentsInSpan(fromMs, toMs);
  const found = await deps.incidents.readAll(ids);
  return found
    .filter(({ record }) =>
      record.candidates.some(({ cameraSerial }) => cameraSerial === booking.deviceSerial),
    )
    .map(({ record }) => record.incidentId);
}
