import { html } from "hono/html";
import type { CustodyEntry } from "#contracts/incident.ts";
import type { Booking, Device, Officer } from "#contracts/register.ts";
import { csrfField, type Frame, type Markup, page } from "#handlers/api/console/frame/layout.ts";
import { querySummary } from "#handlers/api/console/frame/query-form.ts";
import type { Times } from "#handlers/api/console/frame/times.ts";
import { plainWords } from "#handlers/api/console/frame/words.ts";
import type { SeenBooking } from "#use-cases/register/see-bookings.ts";
import { changesSection, type Said, saidBanner } from "./banners.ts";
import {
  choiceInput,
  type EntryForm,
  entryForm,
  labels,
  textInput,
  timeInput,
  YES_NO,
} from "./entry-fields.ts";
import { backToList, bookingsTable, cameraWords, carriersOf, endWords, statusMark } from "./list-views.ts";
import { devicePath, officerPath, type SheetName } from "./sheets.ts";

type Shown = {
  readonly form: EntryForm;
  readonly said?: Said | undefined;
  readonly times: Times;
};
/** What is known of an entry that is registered, or was named in a log or a booking. */
type Known<Entry> = {
  readonly entry?: Entry | undefined;
  readonly bookings: readonly SeenBooking[];
  readonly log: readonly CustodyEntry[];
};

const NOTHING_WRITTEN = "Nothing was registered yet";

function entryPage(
  frame: Frame,
  { title, list, shown, content }: { title: string; list: SheetName; shown: Shown; content: Markup },
): Markup {
  const isWrong = shown.form.problems.length > 0;
  return page(
    frame,
    { title: `${isWrong ? "Error: " : ""}${title}`, current: "register" },
    html`${backToList(list)}${querySummary(shown.form.problems, NOTHING_WRITTEN)}${saidBanner(shown.said)}<h1 class="govuk-heading-l">${title}</h1>${content}`,
  );
}

function fact(name: string, value: Markup | string): Markup {
  return html`<div class="govuk-summary-list__row"><dt class="govuk-summary-list__key">${name}</dt><dd class="govuk-summary-list__value">${value}</dd></div>`;
}

const facts = (rows: readonly Markup[]): Markup => html`<dl class="govuk-summary-list">${rows}</dl>`;

const KINDS = [
  ["", "Choose"],
  ["weapon", "Weapon"],
  ["camera", "Camera"],
  ["gateway", "Gateway"],
] as const;
const STATES = [
  ["active", "Active"],
  ["revoked", "Revoked"],
] as const;

function deviceFields(form: EntryForm): Markup {
  return html`${choiceInput(form, { name: "kind", label: labels.kind, choices: KINDS })}${textInput(form, { name: "model", label: labels.model })}${choiceInput(form, { name: "status", label: labels.status, choices: STATES })}${textInput(form, { name: "publicKey1", label: labels.publicKey1, hint: "The x of its Ed25519 key, 43 characters. Leave it empty for a device that a gateway speaks for." })}${textInput(form, { name: "publicKey2", label: labels.publicKey2, hint: "While a key is being replaced" })}`;
}

export function newDevicePage(frame: Frame, shown: Shown): Markup {
  const { form } = shown;
  const fields = html`${textInput(form, { name: "serial", label: labels.serial })}${deviceFields(form)}`;
  const content = entryForm(form, "/register/device", fields, "Register");
  return entryPage(frame, { title: "Register a device", list: "devices", shown, content });
}

export function devicePage(
  frame: Frame,
  shown: Shown & Known<Device> & { readonly serial: string; readonly carriers: readonly SeenBooking[] },
): Markup {
  const { serial, entry, form, times, bookings, log, carriers } = shown;
  const named = html`<input type="hidden" name="serial" value="${serial}">${deviceFields(form)}`;
  const content = html`${
    entry
      ? facts([
          fact("What it is", html`${plainWords(entry.kind)}, <bdi>${entry.model}</bdi>`),
          fact("State", statusMark(entry.status)),
          fact(
            "Public keys",
            html`${(entry.publicKeys ?? []).map(({ x }) => html`<code>${x}</code><br>`)}${entry.publicKeys?.length ? "" : "None"}`,
          ),
          fact("Carried by", carriersOf(carriers, times)),
        ])
      : html`<p class="govuk-inset-text">No device ${serial} is registered. What a gateway sends for it is kept and counts for nobody.</p>`
  }${entry?.status === "active" ? revokeForm(form, entry) : ""}<h2 class="govuk-heading-m">${entry ? "Change it" : "Register it"}</h2>${entryForm(form, "/register/device", named, entry ? "Replace what is registered" : "Register")}${bookingsSection(bookings, times, "Bookings of this device")}${changesSection(log, times, devicePath(serial))}`;
  return entryPage(frame, { title: `Device ${serial}`, list: "devices", shown, content });
}

/** The same form with one field changed, so that a lost device takes one press. */
function revokeForm({ csrf, seen }: EntryForm, device: Device): Markup {
  const fields = { ...deviceFieldsOf(device), status: "revoked" };
  return html`<form method="post" action="/register/device" id="revoke">${csrfField(csrf)}<input type="hidden" name="seen" value="${seen}">${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}<p class="govuk-body">Lost, stolen or broken? Within 60 seconds of your pressing the button nothing that it signs is taken any more.</p><button type="submit" class="govuk-button govuk-button--warning">Revoke this device</button></form>`;
}

export function deviceFieldsOf({ serial, kind, model, status, publicKeys }: Device) {
  const [one, two] = publicKeys ?? [];
  return { serial, kind, model, status, publicKey1: one?.x ?? "", publicKey2: two?.x ?? "" };
}

function bookingsSection(bookings: readonly SeenBooking[], times: Times, caption: string): Markup {
  return html`<h2 class="govuk-heading-m">Bookings</h2>${bookings.length === 0 ? html`<p class="govuk-body">None.</p>` : bookingsTable(bookings, times, caption)}`;
}

function officerFields(form: EntryForm): Markup {
  return html`${textInput(form, { name: "collarNumber", label: labels.collarNumber })}${textInput(form, { name: "team", label: labels.team })}${textInput(form, { name: "borough", label: labels.borough })}${textInput(form, { name: "supervisor", label: labels.supervisor, hint: "Another officer's id" })}${choiceInput(form, { name: "taserTrained", label: labels.taserTrained, choices: YES_NO })}${choiceInput(form, { name: "cameraIssued", label: labels.cameraIssued, choices: YES_NO })}${textInput(form, { name: "cameraNotIssuedReason", label: labels.cameraNotIssuedReason })}`;
}

export function newOfficerPage(frame: Frame, shown: Shown): Markup {
  const { form } = shown;
  const fields = html`${textInput(form, { name: "officerId", label: labels.officerId, hint: "The one that your force's sign-in gives for this person" })}${officerFields(form)}`;
  const content = entryForm(form, "/register/officer", fields, "Register");
  return entryPage(frame, { title: "Register an officer", list: "officers", shown, content });
}

export function officerPage(
  frame: Frame,
  shown: Shown & Known<Officer> & { readonly officerId: string; readonly carried: readonly SeenBooking[] },
): Markup {
  const { officerId, entry, form, times, bookings, log, carried } = shown;
  const named = html`<input type="hidden" name="officerId" value="${officerId}">${officerFields(form)}`;
  const content = html`${
    entry
      ? facts([
          fact("Collar number", html`<bdi>${entry.collarNumber}</bdi>`),
          fact("Team", html`<bdi>${entry.team}</bdi>, <bdi>${entry.borough}</bdi>`),
          fact(
            "Supervisor",
            entry.supervisor
              ? html`<a class="govuk-link" href="${officerPath(entry.supervisor)}">${entry.supervisor}</a>`
              : "None",
          ),
          fact("Taser", entry.taserTrained ? "Trained" : "Not trained"),
          fact("Camera", cameraWords(entry)),
          fact("Carries now", carriedWords(carried, times)),
        ])
      : html`<p class="govuk-inset-text">No officer ${officerId} is registered.</p>`
  }<h2 class="govuk-heading-m">${entry ? "Change it" : "Register it"}</h2>${entryForm(form, "/register/officer", named, entry ? "Replace what is registered" : "Register")}${bookingsSection(bookings, times, "Bookings of this officer")}${changesSection(log, times, officerPath(officerId))}`;
  return entryPage(frame, { title: `Officer ${officerId}`, list: "officers", shown, content });
}

function carriedWords(carried: readonly SeenBooking[], times: Times): Markup {
  if (carried.length === 0) return html`Nothing`;
  return html`${carried.map(({ booking }) => html`<a class="govuk-link" href="${devicePath(booking.deviceSerial)}">${booking.deviceSerial}</a> since ${times.short(booking.from)}${booking.singleCrewed ? html`, <b>single-crewed</b>` : ""}<br>`)}`;
}

export function officerFieldsOf(officer: Officer) {
  const { taserTrained, cameraIssued, supervisor = "", cameraNotIssuedReason = "", ...rest } = officer;
  const yesNo = (value: boolean) => (value ? "yes" : "no");
  return {
    ...rest,
    supervisor,
    cameraNotIssuedReason,
    taserTrained: yesNo(taserTrained),
    cameraIssued: yesNo(cameraIssued),
  };
}

const CREWS = [
  ["", "Not known"],
  ["yes", "Yes"],
  ["no", "No"],
] as const;

function timeHint({ timeZone }: Times): string {
  return `In ${timeZone}`;
}

export function newBookingPage(frame: Frame, shown: Shown): Markup {
  const { form, times } = shown;
  const fields = html`${textInput(form, { name: "deviceSerial", label: labels.deviceSerial, hint: "Its serial" })}${textInput(form, { name: "officerId", label: labels.officerId })}${timeInput(form, { name: "from", label: labels.from, hint: timeHint(times) })}${timeInput(form, { name: "to", label: "Until (optional)", hint: "Left open, it ends where the device's next booking begins" })}${choiceInput(form, { name: "singleCrewed", label: labels.singleCrewed, choices: CREWS })}`;
  const content = entryForm(form, "/register/booking", fields, "Book");
  return entryPage(frame, { title: "Make a booking", list: "bookings", shown, content });
}

export function bookingPage(
  frame: Frame,
  shown: Shown & { readonly seen: SeenBooking; readonly log: readonly CustodyEntry[] },
): Markup {
  const { seen, form, times, log } = shown;
  const { booking, ends, collarNumber, overlaps } = seen;
  const content = html`${facts([
    fact(
      "Device",
      html`<a class="govuk-link" href="${devicePath(booking.deviceSerial)}">${booking.deviceSerial}</a>`,
    ),
    fact(
      "Officer",
      html`<a class="govuk-link" href="${officerPath(booking.officerId)}"><bdi>${collarNumber ?? booking.officerId}</bdi></a>`,
    ),
    fact("From", html`${times.full(booking.from)}${ambiguous(booking.fromAlso, times)}`),
    fact("Until", html`${endWords(booking, ends, times)}${ambiguous(booking.toAlso, times)}`),
    fact(
      "Single-crewed",
      booking.singleCrewed === undefined ? "Not known" : booking.singleCrewed ? "Yes" : "No",
    ),
    fact(
      "Overlaps",
      overlaps.length === 0
        ? "None"
        : html`${overlaps.map((other) => html`${other.officerId} from ${times.full(other.from)}<br>`)}`,
    ),
  ])}${completionForm(booking, form, times)}${changesSection(log, times)}`;
  return entryPage(frame, { title: `Booking of ${booking.deviceSerial}`, list: "bookings", shown, content });
}

function ambiguous(also: string | undefined, times: Times): Markup | string {
  return also === undefined ? "" : html`, or ${times.full(also)}: the clocks went back, and both are tried`;
}

/** What is told stands: only what is open can still be said. */
function completionForm(booking: Booking, form: EntryForm, times: Times): Markup | string {
  const { deviceSerial, officerId, from, to, singleCrewed } = booking;
  if (to !== undefined && singleCrewed !== undefined) return "";
  const key = { deviceSerial, officerId, from };
  const fields = html`${Object.entries(key).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}${to === undefined ? timeInput(form, { name: "to", label: "Handed back at", hint: timeHint(times) }) : ""}${singleCrewed === undefined ? choiceInput(form, { name: "singleCrewed", label: labels.singleCrewed, choices: CREWS }) : ""}`;
  return html`<h2 class="govuk-heading-m">${to === undefined ? "Close it" : "Complete it"}</h2><p class="govuk-body">A booking that is told stands: verdicts were made with it. What is still open can be added.</p>${entryForm(form, "/register/booking", fields, to === undefined ? "Close the booking" : "Complete the booking")}`;
}
