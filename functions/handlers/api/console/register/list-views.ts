import { html } from "hono/html";
import type { Device, Officer } from "#contracts/register.ts";
import { type Frame, type Markup, page } from "#handlers/api/console/frame/layout.ts";
import type { Times } from "#handlers/api/console/frame/times.ts";
import { unreadableNote } from "#handlers/api/console/frame/unreadable-note.ts";
import { plainWords } from "#handlers/api/console/frame/words.ts";
import type { SeenBooking } from "#use-cases/register/see-bookings.ts";
import { bookingPath, devicePath, officerPath, type SheetName } from "./sheets.ts";

const titles: Readonly<Record<SheetName, string>> = {
  devices: "Devices",
  officers: "Officers",
  bookings: "Bookings",
};
const abouts: Readonly<Record<SheetName, string>> = {
  devices: "Weapons, cameras and gateways: what they are, whether their data counts, and who carries them.",
  officers:
    "Collar numbers, teams and supervisors; who is trained, who has a camera and who has none and why.",
  bookings: "Who carries which device, from when to when.",
};
const singles: Readonly<Record<SheetName, string>> = {
  devices: "Register a device",
  officers: "Register an officer",
  bookings: "Make a booking",
};

/** Where everything of the register is. */
export function overviewPage(frame: Frame): Markup {
  return page(
    frame,
    { title: "Register", current: "register" },
    html`<h1 class="govuk-heading-l">Register</h1><p class="govuk-body">Verdicts are made with what stands here. Each change is kept with who made it, and the incidents that it may concern are looked at again.</p>${(
      ["devices", "officers", "bookings"] as const
    ).map(
      (name) =>
        html`<h2 class="govuk-heading-m"><a class="govuk-link" href="/register/${name}">${titles[name]}</a></h2><p class="govuk-body">${abouts[name]}</p>${links(name)}`,
    )}`,
  );
}

function links(name: SheetName): Markup {
  return html`<ul class="govuk-list register-links"><li><a class="govuk-link" href="/register/${name}/new">${singles[name]}</a></li><li><a class="govuk-link" href="/register/${name}/import">Import ${name} from a CSV file</a></li><li><a class="govuk-link" href="/register/${name}/export">Export ${name} as a CSV file</a></li></ul>`;
}

export const backToRegister = (): Markup => html`<a href="/register" class="govuk-back-link">Register</a>`;
export const backToList = (name: SheetName): Markup =>
  html`<a href="/register/${name}" class="govuk-back-link">${titles[name]}</a>`;

type ListContent = {
  readonly name: SheetName;
  readonly head: readonly string[];
  readonly rows: readonly Markup[];
  readonly cursor: string | undefined;
  readonly isFirst: boolean;
  readonly caption: string;
  readonly unreadable?: readonly string[] | undefined;
};

function listPage(frame: Frame, content: ListContent): Markup {
  const { name, head, rows, cursor, isFirst, caption, unreadable = [] } = content;
  return page(
    frame,
    { title: titles[name], current: "register" },
    html`${backToRegister()}<h1 class="govuk-heading-l">${titles[name]}</h1>${links(name)}${unreadableNote(unreadable)}${
      rows.length === 0
        ? html`<p class="govuk-inset-text">${isFirst ? `No ${name} are registered yet.` : "None on this page."}</p>`
        : html`<table class="govuk-table rows"><caption class="govuk-table__caption govuk-visually-hidden">${caption}</caption><thead><tr>${head.map((words) => html`<th scope="col">${words}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`
    }${cursor ? html`<p class="govuk-body"><a class="govuk-link" href="/register/${name}?cursor=${cursor}">More ${name}</a></p>` : ""}${isFirst ? "" : html`<p class="govuk-body"><a class="govuk-link" href="/register/${name}">Back to the first</a></p>`}`,
  );
}

type Listed<Item> = {
  readonly items: readonly Item[];
  /** What is left out because it has lost its shape. */
  readonly unreadable?: readonly string[] | undefined;
  readonly cursor?: string | undefined;
  readonly isFirst: boolean;
  readonly times: Times;
};

export function devicesPage(
  frame: Frame,
  shown: Listed<Device> & { readonly carried: ReadonlyMap<string, readonly SeenBooking[]> },
): Markup {
  return listPage(frame, {
    name: "devices",
    caption: "Devices by serial",
    head: ["Serial", "What it is", "State", "Carried by"],
    rows: shown.items.map(
      ({ serial, kind, model, status, publicKeys }) =>
        html`<tr><th scope="row"><a href="${devicePath(serial)}">${serial}</a><td>${plainWords(kind)}<br><bdi>${model}</bdi><td>${statusMark(status)}<br>${publicKeys?.length ? "Signs with a key of its own" : "No key"}<td>${carriersOf(shown.carried.get(serial) ?? [], shown.times)}`,
    ),
    ...pageOf(shown),
  });
}

const pageOf = ({ cursor, isFirst, unreadable }: Listed<unknown>) => ({ cursor, isFirst, unreadable });

export function statusMark(status: Device["status"]): Markup {
  return status === "active"
    ? html`<b class="c-green">Active</b>`
    : html`<b class="c-red">Revoked: its data is not taken</b>`;
}

/** Whom the device is out with; more than one is a fault in the bookings. */
export function carriersOf(carriers: readonly SeenBooking[], times: Times): Markup {
  if (carriers.length === 0) return html`Nobody`;
  const several = carriers.length > 1 ? html`<b class="c-red">Several at once</b><br>` : "";
  return html`${several}${carriers.map(
    ({ booking, collarNumber }) =>
      html`<a href="${officerPath(booking.officerId)}"><bdi>${collarNumber ?? booking.officerId}</bdi></a> since ${times.short(booking.from)}${booking.singleCrewed ? html`, <b>single-crewed</b>` : ""}<br>`,
  )}`;
}

export function officersPage(frame: Frame, shown: Listed<Officer>): Markup {
  return listPage(frame, {
    name: "officers",
    caption: "Officers by id",
    head: ["Officer", "Team", "Supervisor", "Training and camera"],
    rows: shown.items.map(
      (officer) =>
        html`<tr><th scope="row"><a href="${officerPath(officer.officerId)}"><bdi>${officer.collarNumber}</bdi></a><br>${officer.officerId}<td><bdi>${officer.team}</bdi><br><bdi>${officer.borough}</bdi><td>${officer.supervisor ? html`<a href="${officerPath(officer.supervisor)}">${officer.supervisor}</a>` : "None"}<td>${officer.taserTrained ? "Taser trained" : "Not Taser trained"}<br>${cameraWords(officer)}`,
    ),
    ...pageOf(shown),
  });
}

export function cameraWords({
  cameraIssued,
  cameraNotIssuedReason,
}: Pick<Officer, "cameraIssued" | "cameraNotIssuedReason">): Markup {
  const reason = cameraNotIssuedReason ? html`: <bdi>${cameraNotIssuedReason}</bdi>` : "";
  return cameraIssued
    ? html`Camera issued${reason}`
    : html`<b class="c-red">No camera issued</b>${reason || ", no reason given"}`;
}

export function bookingsPage(frame: Frame, shown: Listed<SeenBooking>): Markup {
  return listPage(frame, {
    name: "bookings",
    caption: "Bookings, the latest first",
    head: ["Device", "Officer", "From", "Until"],
    rows: shown.items.map((seen) => bookingRow(seen, shown.times)),
    ...pageOf(shown),
  });
}

/** Bookings of one device or one officer. */
export function bookingsTable(items: readonly SeenBooking[], times: Times, caption: string): Markup {
  return html`<table class="govuk-table rows"><caption class="govuk-table__caption govuk-visually-hidden">${caption}</caption><thead><tr><th scope="col">Device</th><th scope="col">Officer</th><th scope="col">From</th><th scope="col">Until</th></tr></thead><tbody>${items.map((seen) => bookingRow(seen, times))}</tbody></table>`;
}

function bookingRow({ booking, collarNumber, ends, overlaps }: SeenBooking, times: Times): Markup {
  const { deviceSerial, officerId, from, singleCrewed } = booking;
  return html`<tr><th scope="row"><a href="${devicePath(deviceSerial)}">${deviceSerial}</a><td><a href="${officerPath(officerId)}"><bdi>${collarNumber ?? officerId}</bdi></a>${collarNumber === undefined ? " (not registered)" : ""}${singleCrewed ? html`<br><b>Single-crewed</b>` : ""}<td><a href="${bookingPath(booking)}">${times.short(from)}</a><td>${endWords(booking, ends, times)}${overlaps.length > 0 ? html`<br><b class="c-red">Overlaps with ${overlaps.map(({ officerId: other }) => other).join(" and ")}</b>` : ""}`;
}

export function endWords(
  { to }: { readonly to?: string | undefined },
  ends: string | undefined,
  times: Times,
): Markup {
  if (ends === undefined) return html`<b>Open</b>`;
  return to === undefined ? html`${times.short(ends)}, with the next` : html`${times.short(ends)}`;
}
