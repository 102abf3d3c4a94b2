import type { Context, Hono } from "hono";
import { ConflictError, InvalidInputError, RecordNotFoundError } from "#contracts/errors.ts";
import type { ForceConfig } from "#contracts/force.ts";
import type { CustodyEntry } from "#contracts/incident.ts";
import type { Booking, BookingRequest, Device, Officer } from "#contracts/register.ts";
import { utcTimestamp } from "#contracts/time.ts";
import type { Fields } from "#handlers/api/console/frame/form.ts";
import { createTimes, type Times } from "#handlers/api/console/frame/times.ts";
import type { FieldProblem } from "#handlers/api/console/incident/acts.ts";
import type { Session } from "#handlers/api/console/visit/session.ts";
import type { DeviceDirectory } from "#handlers/api/device-directory.ts";
import { registerAndForget } from "#handlers/api/register-and-forget.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { bookingStands } from "#use-cases/register/plan-bookings.ts";
import {
  bookingInUtc,
  type RegisterBookingsDeps,
  registerBookings,
} from "#use-cases/register/register-bookings.ts";
import type { RegisterDevicesDeps } from "#use-cases/register/register-devices.ts";
import { deviceLog, officerLog } from "#use-cases/register/register-log.ts";
import { type RegisterOfficersDeps, registerOfficers } from "#use-cases/register/register-officers.ts";
import { OvertakenError, sealOf } from "#use-cases/register/replace-entry.ts";
import { type SeeBookingsDeps, seeBookings, whoCarries } from "#use-cases/register/see-bookings.ts";
import { entryWords, LOG_SHOWN, type Said } from "./banners.ts";
import type { EntryForm } from "./entry-fields.ts";
import {
  bookingPage,
  deviceFieldsOf,
  devicePage,
  newBookingPage,
  newDevicePage,
  newOfficerPage,
  officerFieldsOf,
  officerPage,
} from "./entry-views.ts";
import {
  identifierIn,
  problemsOf,
  type ReadEntry,
  readBookingForm,
  readDeviceForm,
  readOfficerForm,
  serialIn,
} from "./read-entry.ts";
import {
  adminFormOf,
  adminOf,
  formToShow,
  KEPT,
  noteLook,
  type RegisterVisitDeps,
} from "./register-visit.ts";
import { bookingPath, devicePath, officerPath } from "./sheets.ts";

export type EntryPagesDeps = SeeBookingsDeps &
  RegisterDevicesDeps &
  RegisterOfficersDeps &
  RegisterBookingsDeps & {
    readonly register: Pick<RegisterRecords, "bookingsOfDevice" | "lastBookingsOfOfficer">;
    readonly custody: Pick<CustodyRecords, "append" | "all" | "latest">;
    readonly directory: Pick<DeviceDirectory, "forget">;
    readonly force: Pick<ForceConfig, "timeZone">;
  };
type Deps = EntryPagesDeps & RegisterVisitDeps;

const DEVICE_FORM = "/register/device";
const OFFICER_FORM = "/register/officer";
const BOOKING_FORM = "/register/booking";

/** So many bookings are on the page of a device or an officer; the list has all. */
const SHOWN_BOOKINGS = 20;

const doneWords: Readonly<Record<string, string>> = {
  created: "It is registered.",
  changed: "What was registered is replaced.",
  unchanged: "It was registered like that already: nothing was changed.",
  revoked: "It is revoked. Within 60 seconds nothing that it signs is taken any more.",
};

/** What a page that follows a form says once. */
function saidOf(c: Context, form: EntryForm): Said | undefined {
  const done = doneWords[c.req.query("done") ?? ""];
  if (form.draftId !== undefined) return KEPT;
  return done === undefined ? undefined : { title: done, success: true };
}

const STALE =
  "Nothing was written: somebody has changed it since you opened the page. What you typed is kept below; above it stands what is registered now. Send it again if it is still right.";

const TAKEN =
  "Nothing was written: it is registered already. What you typed is kept below; above it stands what is registered now. Send it again to replace that.";

type Returned = {
  readonly fields: Fields;
  readonly problems: readonly FieldProblem[];
  readonly said?: Said | undefined;
  readonly status: 400 | 409;
};

/** Pages of one device, one officer and one booking, and what is done there. */
export function addEntryPages(app: Hono, deps: Deps): void {
  const times = createTimes(deps.force.timeZone);
  addDevicePages(app, deps, times);
  addOfficerPages(app, deps, times);
  addBookingPages(app, deps, times);
}

/** Sends what a form says through its use case. Gives what came of it, or the form back. */
async function send<Entry, Done>(
  fields: Fields,
  read: ReadEntry<Entry>,
  register: (entry: Entry) => Promise<Done>,
  changedBy: (entry: Entry) => Promise<readonly string[]>,
): Promise<{ readonly entry: Entry; readonly done: Done } | Returned> {
  if ("problems" in read) return { fields, problems: read.problems, status: 400 };
  try {
    return { entry: read.entry, done: await register(read.entry) };
  } catch (error) {
    if (error instanceof InvalidInputError) return { fields, problems: problemsOf(error), status: 400 };
    if (error instanceof OvertakenError) {
      return {
        fields,
        problems: [],
        said:
          sealIn(fields) === sealOf(undefined)
            ? { title: TAKEN }
            : { title: STALE, lines: await changedBy(read.entry) },
        status: 409,
      };
    }
    if (error instanceof ConflictError) {
      return { fields, problems: [], said: { title: error.message }, status: 409 };
    }
    throw error;
  }
}

/** The seal of what was registered, and the last line of its log: what came since is what somebody else did. */
function seenOf(entry: object | undefined, log: readonly CustodyEntry[]): string {
  return `${sealOf(entry)}~${log.at(-1)?.seq ?? 0}`;
}

function sealIn(fields: Fields): string {
  return (fields["seen"] ?? "").split("~")[0] ?? "";
}

/** A device that is booked twice a day has a long log. */
function logToShow(c: Context, logId: string, { custody }: Deps): Promise<readonly CustodyEntry[]> {
  return c.req.query("changes") === "all" ? custody.all(logId) : custody.latest(logId, LOG_SHOWN);
}

async function linesSince(
  fields: Fields,
  logId: string,
  times: Times,
  { custody }: Deps,
): Promise<readonly string[]> {
  const last = Number((fields["seen"] ?? "").split("~")[1] ?? 0);
  const since = (await custody.latest(logId, LOG_SHOWN)).filter(({ seq }) => seq > last);
  return since.map((entry) => entryWords(entry, times));
}

function addDevicePages(app: Hono, deps: Deps, times: Times): void {
  app.get("/register/devices/new", async (c) => {
    const session = await adminOf(c, deps);
    if (session instanceof Response) return session;
    const blank = { fields: { status: "active" }, seen: seenOf(undefined, []) };
    const form = await formToShow(c, { session, action: DEVICE_FORM, ...blank }, deps);
    return c.html(newDevicePage(await deps.frame(session), { form, times, said: saidOf(c, form) }));
  });

  app.get("/register/device/:serial", async (c) => {
    const session = await adminOf(c, deps);
    if (session instanceof Response) return session;
    const serial = serialIn(c.req.param("serial"));
    if (serial === undefined) throw new RecordNotFoundError("There is no such device.");
    return showDevice(c, { session, serial, times }, deps);
  });

  app.post(DEVICE_FORM, async (c) => {
    const form = await adminFormOf(c, "/register/devices/new", deps);
    if (form instanceof Response) return form;
    const { session, fields } = form;
    const serial = serialIn(fields["serial"]);
    const known = serial === undefined ? undefined : await deps.register.readDevice(serial);
    const register = async (device: Device) => {
      const by = session.person.subject;
      const seen = () => sealIn(fields);
      const input = { devices: [device], replace: true, by, seen, pointerOf: () => "" };
      const [line] = await registerAndForget(input, deps);
      return line?.result ?? "unchanged";
    };
    const sent = await send(fields, readDeviceForm(fields, known), register, ({ serial: named }) =>
      linesSince(fields, deviceLog(named), times, deps),
    );
    if ("entry" in sent) {
      await forgetDraft(fields, deps);
      const isRevoked = sent.entry.status === "revoked" && sent.done === "changed";
      return c.redirect(`${devicePath(sent.entry.serial)}?done=${isRevoked ? "revoked" : sent.done}`, 303);
    }
    if (serial !== undefined && (known || sent.status === 409)) {
      return showDevice(c, { session, serial, times, returned: sent }, deps);
    }
    const back = { csrf: session.csrf, seen: fields["seen"] ?? "", ...sent };
    return c.html(
      newDevicePage(await deps.frame(session), { form: back, times, said: sent.said }),
      sent.status,
    );
  });
}

type Showing = { readonly session: Session; readonly times: Times; readonly returned?: Returned };

/** What a form that came back holds, or what is registered. */
async function formFor(
  c: Context,
  of: { session: Session; action: string; fields: Fields; seen: string; returned: Returned | undefined },
  deps: Deps,
): Promise<EntryForm> {
  const { session, returned, seen } = of;
  if (!returned) return formToShow(c, of, deps);
  const { fields, problems, status } = returned;
  // After a refusal the page shows what is registered now: sent again, the form is meant over that.
  const shown = status === 409 ? seen : (fields["seen"] ?? seen);
  return { csrf: session.csrf, seen: shown, fields, problems, draftId: fields["draft"] };
}

async function forgetDraft(fields: Fields, { drafts }: Deps): Promise<void> {
  if (fields["draft"]) await drafts.forget(fields["draft"]);
}

async function showDevice(
  c: Context,
  { session, serial, times, returned }: Showing & { readonly serial: string },
  deps: Deps,
): Promise<Response> {
  await noteLook(session, `opened the register entry of device ${serial}`, deps);
  const now = deps.clock.now().toISOString();
  const [entry, log, last, carried] = await Promise.all([
    deps.register.readDevice(serial),
    logToShow(c, deviceLog(serial), deps),
    deps.register.lastBookingsOfDevice(serial, "~", SHOWN_BOOKINGS),
    whoCarries([serial], now, deps),
  ]);
  const fields = entry ? deviceFieldsOf(entry) : { serial, status: "active" };
  const seen = seenOf(entry, log);
  const form = await formFor(c, { session, action: DEVICE_FORM, fields, seen, returned }, deps);
  const shown = {
    serial,
    entry,
    log,
    bookings: (await seeBookings(last, deps)).toReversed(),
    carriers: carried.get(serial) ?? [],
    form,
    said: returned ? returned.said : saidOf(c, form),
    times,
  };
  return c.html(devicePage(await deps.frame(session), shown), returned?.status ?? 200);
}

function addOfficerPages(app: Hono, deps: Deps, times: Times): void {
  app.get("/register/officers/new", async (c) => {
    const session = await adminOf(c, deps);
    if (session instanceof Response) return session;
    const blank = { fields: {}, seen: seenOf(undefined, []) };
    const form = await formToShow(c, { session, action: OFFICER_FORM, ...blank }, deps);
    return c.html(newOfficerPage(await deps.frame(session), { form, times, said: saidOf(c, form) }));
  });

  app.get("/register/officer/:officerId", async (c) => {
    const session = await adminOf(c, deps);
    if (session instanceof Response) return session;
    const officerId = identifierIn(c.req.param("officerId"));
    if (officerId === undefined) throw new RecordNotFoundError("There is no such officer.");
    return showOfficer(c, { session, officerId, times }, deps);
  });

  app.post(OFFICER_FORM, async (c) => {
    const form = await adminFormOf(c, "/register/officers/new", deps);
    if (form instanceof Response) return form;
    const { session, fields } = form;
    const officerId = identifierIn(fields["officerId"]);
    const known = officerId === undefined ? undefined : await deps.register.readOfficer(officerId);
    const register = async (officer: Officer) => {
      const by = session.person.subject;
      const seen = () => sealIn(fields);
      const input = { officers: [officer], replace: true, by, seen, pointerOf: () => "" };
      const [line] = await registerOfficers(input, deps);
      return line?.result ?? "unchanged";
    };
    const sent = await send(fields, readOfficerForm(fields), register, ({ officerId: named }) =>
      linesSince(fields, officerLog(named), times, deps),
    );
    if ("entry" in sent) {
      await forgetDraft(fields, deps);
      return c.redirect(`${officerPath(sent.entry.officerId)}?done=${sent.done}`, 303);
    }
    if (officerId !== undefined && (known || sent.status === 409)) {
      return showOfficer(c, { session, officerId, times, returned: sent }, deps);
    }
    const back = { csrf: session.csrf, seen: fields["seen"] ?? "", ...sent };
    return c.html(
      newOfficerPage(await deps.frame(session), { form: back, times, said: sent.said }),
      sent.status,
    );
  });
}

async function showOfficer(
  c: Context,
  { session, officerId, times, returned }: Showing & { readonly officerId: string },
  deps: Deps,
): Promise<Response> {
  await noteLook(session, `opened the register entry of officer ${officerId}`, deps);
  const now = deps.clock.now().toISOString();
  const [entry, log, last] = await Promise.all([
    deps.register.readOfficer(officerId),
    logToShow(c, officerLog(officerId), deps),
    deps.register.lastBookingsOfOfficer(officerId, SHOWN_BOOKINGS),
  ]);
  const bookings = (await seeBookings(last, deps)).toReversed();
  const isRunning = ({ from }: Booking, ends: string | undefined) =>
    from <= now && (ends === undefined || ends > now);
  const seen = seenOf(entry, log);
  const fields = entry ? officerFieldsOf(entry) : { officerId };
  const form = await formFor(c, { session, action: OFFICER_FORM, fields, seen, returned }, deps);
  const shown = {
    officerId,
    entry,
    log,
    bookings,
    carried: bookings.filter(({ booking, ends }) => isRunning(booking, ends)),
    form,
    said: returned ? returned.said : saidOf(c, form),
    times,
  };
  return c.html(officerPage(await deps.frame(session), shown), returned?.status ?? 200);
}

function addBookingPages(app: Hono, deps: Deps, times: Times): void {
  app.get("/register/bookings/new", async (c) => {
    const session = await adminOf(c, deps);
    if (session instanceof Response) return session;
    const form = await formToShow(c, { session, action: BOOKING_FORM, fields: {}, seen: "" }, deps);
    return c.html(newBookingPage(await deps.frame(session), { form, times, said: saidOf(c, form) }));
  });

  app.get(BOOKING_FORM, async (c) => {
    const session = await adminOf(c, deps);
    if (session instanceof Response) return session;
    const { device, officer, from } = c.req.query();
    return showBooking(c, { session, times, key: { deviceSerial: device, officerId: officer, from } }, deps);
  });

  app.post(BOOKING_FORM, async (c) => {
    const form = await adminFormOf(c, "/register/bookings/new", deps);
    if (form instanceof Response) return form;
    const { session, fields } = form;
    const sent = await send(
      fields,
      readBookingForm(fields),
      (request) => bookOne(request, session.person.subject, deps),
      async () => [],
    );
    const draftId = fields["draft"];
    if ("entry" in sent) {
      await forgetDraft(fields, deps);
      return c.redirect(sent.done, 303);
    }
    if (isKey(fields) && (await deps.register.readBooking(fields))) {
      const { deviceSerial, officerId, from } = fields;
      return showBooking(c, { session, times, key: { deviceSerial, officerId, from }, returned: sent }, deps);
    }
    const back = { csrf: session.csrf, seen: "", draftId, ...sent };
    return c.html(
      newBookingPage(await deps.frame(session), { form: back, times, said: sent.said }),
      sent.status,
    );
  });
}

/** Books, or completes what is booked; gives the address of its page. Throws `ConflictError` in words for people. */
async function bookOne(request: BookingRequest, by: string, deps: Deps): Promise<string> {
  try {
    const [line] = await registerBookings({ bookings: [request], by, pointerOf: () => "" }, deps);
    return line ? `${bookingPath(line.booking)}&done=${line.result}` : "/register/bookings";
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const key = bookingInUtc(request, deps.force.timeZone, () => {});
    const stands = bookingStands(await deps.register.readBooking(key));
    throw new ConflictError(`Nothing was written. ${stands} You said: until ${request.to ?? "no time yet"}.`);
  }
}

type KeyFields = { readonly [Name in "deviceSerial" | "officerId" | "from"]?: string | undefined };

/** Whether they can name a booking that is kept: its beginning is in UTC. */
function isKey(key: KeyFields): key is Pick<Booking, "deviceSerial" | "officerId" | "from"> {
  return (
    serialIn(key.deviceSerial) !== undefined &&
    identifierIn(key.officerId) !== undefined &&
    utcTimestamp.safeParse(key.from).success
  );
}

async function showBooking(
  c: Context,
  { session, key, times, returned }: Showing & { readonly key: KeyFields },
  deps: Deps,
): Promise<Response> {
  const booking = isKey(key) ? await deps.register.readBooking(key) : undefined;
  if (!booking) throw new RecordNotFoundError("There is no such booking.");
  const { deviceSerial, officerId, from } = booking;
  await noteLook(session, `opened the booking of ${deviceSerial} for ${officerId} from ${from}`, deps);
  const [log, [seen]] = await Promise.all([
    deps.custody.all(deviceLog(deviceSerial)),
    seeBookings([booking], deps),
  ]);
  const form = await formFor(
    c,
    { session, action: BOOKING_FORM, fields: { deviceSerial, officerId, from }, seen: "", returned },
    deps,
  );
  const shown = {
    seen: seen ?? { booking, overlaps: [] },
    log: log.filter(({ what }) => what.includes(` ${deviceSerial} for ${officerId} from ${from}`)),
    form,
    said: returned ? returned.said : saidOf(c, form),
    times,
  };
  return c.html(bookingPage(await deps.frame(session), shown), returned?.status ?? 200);
}
