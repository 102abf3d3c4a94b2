import { stringify } from "csv-stringify/sync";
import type { ForceConfig } from "#contracts/force.ts";
import type { Booking, Device, Officer } from "#contracts/register.ts";
import { guardCell } from "#handlers/api/console/frame/formula-guard.ts";
import type { DeviceDirectory } from "#handlers/api/device-directory.ts";
import { registerAndForget } from "#handlers/api/register-and-forget.ts";
import {
  type ListEntriesDeps,
  listBookings,
  listDevices,
  listOfficers,
} from "#use-cases/register/list-entries.ts";
import { type PlanBookingsDeps, planBookings } from "#use-cases/register/plan-bookings.ts";
import { type PlanDevicesDeps, planDevices } from "#use-cases/register/plan-devices.ts";
import { type PlanOfficersDeps, planOfficers } from "#use-cases/register/plan-officers.ts";
import type { PlannedLine } from "#use-cases/register/planned-line.ts";
import { type RegisterBookingsDeps, registerBookings } from "#use-cases/register/register-bookings.ts";
import type { RegisterDevicesDeps } from "#use-cases/register/register-devices.ts";
import { deviceLog, officerLog } from "#use-cases/register/register-log.ts";
import { type RegisterOfficersDeps, registerOfficers } from "#use-cases/register/register-officers.ts";
import { type LineFault, type RowReader, readRows } from "./csv-rows.ts";
import { checkText, type FileFault, MOST_LINES, readTable } from "./csv-text.ts";
import { bookingReader, cellsOf, deviceReader, officerReader } from "./row-readers.ts";

export const sheetNames = ["devices", "officers", "bookings"] as const;
export type SheetName = (typeof sheetNames)[number];

export type SheetDeps = PlanDevicesDeps &
  PlanOfficersDeps &
  PlanBookingsDeps &
  RegisterDevicesDeps &
  RegisterOfficersDeps &
  RegisterBookingsDeps &
  ListEntriesDeps & {
    readonly directory: Pick<DeviceDirectory, "forget">;
    readonly force: Pick<ForceConfig, "timeZone">;
  };

/** A file against the register as it is now. */
export type ImportPlan = {
  readonly faults: readonly LineFault[];
  readonly lines: readonly (PlannedLine<object> & {
    /** What the line is about, its page, and the custody log that tells who changed it. */
    readonly name: string;
    readonly href: string;
    readonly log: string;
  })[];
  /** Puts lines into the register, if they are still what was seen. */
  readonly register: (
    lines: readonly PlannedLine<object>[],
    seals: readonly string[],
    by: string,
  ) => Promise<unknown>;
};

type Page = {
  readonly cells: readonly Readonly<Record<string, string>>[];
  readonly unreadable?: readonly string[];
  readonly cursor?: string;
};

/** One kind of file: how it is read, put into the register, and written. */
export type Sheet = {
  readonly name: SheetName;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Why the text is no such file at all. */
  readonly faultOf: (text: string) => FileFault | undefined;
  readonly plan: (text: string) => Promise<ImportPlan | FileFault>;
  readonly list: (query: { limit: number; cursor?: string | undefined }) => Promise<Page>;
};

export const devicePath = (serial: string): string => `/register/device/${serial}`;
export const officerPath = (officerId: string): string => `/register/officer/${officerId}`;
export const bookingPath = ({
  deviceSerial,
  officerId,
  from,
}: Pick<Booking, "deviceSerial" | "officerId" | "from">): string =>
  `/register/booking?device=${deviceSerial}&officer=${officerId}&from=${encodeURIComponent(from)}`;

const inFile = (): string => "";

/** The three lists of the register as files. */
export function createSheets(deps: SheetDeps): Readonly<Record<SheetName, Sheet>> {
  return { devices: deviceSheet(deps), officers: officerSheet(deps), bookings: bookingSheet(deps) };
}

function columnsOf({ required, optional }: Pick<RowReader<unknown>, "required" | "optional">) {
  return { required, optional };
}

/** The rows of a text, or why there are none. */
function rowsOf<Row>(text: string, reader: RowReader<Row>) {
  const checked = checkText(text);
  if ("fault" in checked) return checked;
  const table = readTable(checked.text);
  return "fault" in table ? table : readRows(table, reader);
}

function faultIn(rows: object): FileFault | undefined {
  return "fault" in rows ? (rows as FileFault) : undefined;
}

function deviceSheet(deps: SheetDeps): Sheet {
  return {
    name: "devices",
    ...columnsOf(deviceReader()),
    faultOf: (text) => faultIn(rowsOf(text, deviceReader())),
    plan: async (text) => {
      const rows = rowsOf(text, deviceReader());
      if ("fault" in rows) return rows;
      const lines = await planDevices(rows.told, deps);
      return {
        faults: rows.faults,
        lines: lines.map((line) => {
          const { serial } = line.entry;
          return { ...line, name: serial, href: devicePath(serial), log: deviceLog(serial) };
        }),
        register: async (planned, seals, by) => {
          const devices = planned.map(({ entry }) => entry as Device);
          const seen = (line: number) => seals[line] ?? "";
          await registerAndForget({ devices, replace: true, by, seen, pointerOf: inFile }, deps);
        },
      };
    },
    list: async (query) => {
      const { items, ...page } = await listDevices(query, deps);
      return { ...page, cells: items.map(cellsOf.devices) };
    },
  };
}

function officerSheet(deps: SheetDeps): Sheet {
  return {
    name: "officers",
    ...columnsOf(officerReader),
    faultOf: (text) => faultIn(rowsOf(text, officerReader)),
    plan: async (text) => {
      const rows = rowsOf(text, officerReader);
      if ("fault" in rows) return rows;
      const lines = await planOfficers(rows.told, deps);
      return {
        faults: rows.faults,
        lines: lines.map((line) => {
          const { officerId } = line.entry;
          return { ...line, name: officerId, href: officerPath(officerId), log: officerLog(officerId) };
        }),
        register: (planned, seals, by) => {
          const officers = planned.map(({ entry }) => entry as Officer);
          const seen = (line: number) => seals[line] ?? "";
          return registerOfficers({ officers, replace: true, by, seen, pointerOf: inFile }, deps);
        },
      };
    },
    list: async (query) => {
      const { items, ...page } = await listOfficers(query, deps);
      return { ...page, cells: items.map(cellsOf.officers) };
    },
  };
}

function bookingSheet(deps: SheetDeps): Sheet {
  const reader = bookingReader(deps.force.timeZone);
  return {
    name: "bookings",
    ...columnsOf(reader),
    faultOf: (text) => faultIn(rowsOf(text, reader)),
    plan: async (text) => {
      const rows = rowsOf(text, reader);
      if ("fault" in rows) return rows;
      const told = rows.told.map(({ line, row }) => ({ line, row: row.booking }));
      const requests = new Map(rows.told.map(({ line, row }) => [line, row.request]));
      const lines = await planBookings(told, deps);
      return {
        faults: rows.faults,
        lines: lines.map((line) => {
          const { deviceSerial, officerId, from } = line.entry;
          const name = `${deviceSerial} for ${officerId} from ${from}`;
          return { ...line, name, href: bookingPath(line.entry), log: deviceLog(deviceSerial) };
        }),
        register: (planned, _seals, by) => {
          // As they were told: a local time that autumn repeats is kept as both of its instants.
          const bookings = planned.map(({ line, entry }) => requests.get(line) ?? (entry as Booking));
          return registerBookings({ bookings, by, pointerOf: inFile }, deps);
        },
      };
    },
    list: async (query) => {
      const { items, ...page } = await listBookings(query, deps);
      return { ...page, cells: items.map(cellsOf.bookings) };
    },
  };
}

/** Cells as the text of a file that spreadsheets open and that runs nothing in them. */
export function writeCsv(sheet: Pick<Sheet, "required" | "optional">, cells: Page["cells"]): string {
  const columns = [...sheet.required, ...sheet.optional];
  return stringify(
    cells.map((line) => columns.map((name) => guardCell(line[name] ?? ""))),
    { header: true, columns, bom: true, quoted: true, record_delimiter: "windows" },
  );
}

/** Also the most that an import takes, and less than what a function may answer. */
const LARGEST_PART_BYTES = 3_500_000;

/** One file of an export. */
export type ExportPart = {
  readonly csv: string;
  readonly lines: number;
  /** Where the next file begins when the list has more lines. */
  readonly next?: string | undefined;
  /** What has lost its shape and is not in the file. */
  readonly unreadable: readonly string[];
};

/** The lines from the cursor on, as many as an import takes. */
export async function exportPart(
  sheet: Sheet,
  cursor: string | undefined,
  limit: number = MOST_LINES,
): Promise<ExportPart> {
  const page = await sheet.list({ limit, cursor });
  const csv = writeCsv(sheet, page.cells);
  if (Buffer.byteLength(csv) > LARGEST_PART_BYTES && limit > 1) {
    return exportPart(sheet, cursor, Math.ceil(limit / 2));
  }
  return { csv, lines: page.cells.length, next: page.cursor, unreadable: page.unreadable ?? [] };
}
