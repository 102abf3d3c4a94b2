import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Booking, Device, Officer } from "#contracts/register.ts";
import { guardCell, unguardCell } from "#handlers/api/console/frame/formula-guard.ts";
import { type RowReader, readRows } from "#handlers/api/console/register/csv-rows.ts";
import { decodeText, readTable } from "#handlers/api/console/register/csv-text.ts";
import {
  bookingReader,
  cellsOf,
  deviceReader,
  officerReader,
} from "#handlers/api/console/register/row-readers.ts";
import { writeCsv } from "#handlers/api/console/register/sheets.ts";
import { anyText } from "#test/support/hostile-text.ts";
import { propertyRuns } from "#test/support/property-runs.ts";

fc.configureGlobal(propertyRuns(100));

import { deviceAfter } from "#use-cases/register/plan-devices.ts";
import { officerAfter } from "#use-cases/register/plan-officers.ts";

/** The rows of a file, or what it was refused for. */
function rowsOf<Row>(csv: string | Uint8Array, reader: RowReader<Row>) {
  const decoded = decodeText(typeof csv === "string" ? new TextEncoder().encode(csv) : csv);
  if ("fault" in decoded) return decoded;
  const table = readTable(decoded.text);
  return "fault" in table ? table : readRows(table, reader);
}

const toldBy = <Row>(csv: string, reader: RowReader<Row>) => {
  const rows = rowsOf(csv, reader);
  if ("fault" in rows) throw new Error(rows.fault);
  expect(rows.faults).toEqual([]);
  return rows.told.map(({ row }) => row);
};

/** Signs that spreadsheets and CSV readers stumble over, and anything else; NUL makes no text file. */
const text = (maxLength: number) =>
  fc
    .oneof(
      anyText,
      fc
        .array(fc.constantFrom(..."=+-@\t\r\n'\",;| a＝0".split("")), { maxLength: 12 })
        .map((signs) => signs.join("")),
    )
    .map((given) => given.replaceAll("\0", "").toWellFormed().slice(0, maxLength).toWellFormed())
    .filter((given) => given.length > 0);
const id = fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/).filter((given) => given !== "." && given !== "..");
const officers: fc.Arbitrary<Officer> = fc
  .record(
    {
      officerId: id,
      collarNumber: text(20),
      team: text(100),
      borough: text(100),
      supervisor: id,
      taserTrained: fc.boolean(),
      cameraIssued: fc.boolean(),
      cameraNotIssuedReason: text(500),
    },
    { requiredKeys: ["officerId", "collarNumber", "team", "borough", "taserTrained", "cameraIssued"] },
  )
  .map((officer) => officer as Officer);

const keyX = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from([...bytes.slice(0, 31), (bytes[31] ?? 0) & 0x3f]).toString("base64url"));
const devices: fc.Arbitrary<Device> = fc
  .record(
    {
      serial: id,
      kind: fc.constantFrom("weapon", "camera", "gateway"),
      model: text(100),
      status: fc.constantFrom("active", "revoked"),
      publicKeys: fc.uniqueArray(
        keyX.map((x) => ({ kty: "OKP", crv: "Ed25519", x })),
        { minLength: 0, maxLength: 2, selector: ({ x }) => x },
      ),
    },
    { requiredKeys: ["serial", "kind", "model", "status"] },
  )
  .map((device) => device as Device);

const utc = fc
  .date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const bookings: fc.Arbitrary<Booking> = fc
  .record({
    deviceSerial: id,
    officerId: id,
    from: utc,
    singleCrewed: fc.option(fc.boolean(), { nil: undefined }),
  })
  .map(({ singleCrewed, ...rest }) => ({ ...rest, ...(singleCrewed === undefined ? {} : { singleCrewed }) }));

const unique = <Item>(item: fc.Arbitrary<Item>, keyOf: (item: Item) => string) =>
  fc.uniqueArray(item, { maxLength: 6, selector: keyOf });

describe("an export that is imported again", () => {
  it("says of every officer what is registered", () => {
    fc.assert(
      fc.property(
        unique(officers, ({ officerId }) => officerId),
        (list) => {
          const csv = writeCsv(officerReader, list.map(cellsOf.officers));
          const told = toldBy(csv, officerReader);
          expect(told.map((row, index) => officerAfter(row, list[index]))).toEqual(list);
        },
      ),
    );
  });

  it("says of every device what is registered, its keys with all that is said of them", () => {
    fc.assert(
      fc.property(
        unique(devices, ({ serial }) => serial),
        (list) => {
          const xs = list.flatMap(({ publicKeys }) => publicKeys ?? []).map(({ x }) => x);
          fc.pre(new Set(xs).size === xs.length);
          const csv = writeCsv(deviceReader(), list.map(cellsOf.devices));
          const named = list.map((device) => ({
            ...device,
            ...(device.publicKeys
              ? { publicKeys: device.publicKeys.map((key) => ({ ...key, kid: "k" })) }
              : {}),
          }));
          const told = toldBy(csv, deviceReader());
          expect(told.map((row, index) => deviceAfter(row, named[index]))).toEqual(named);
        },
      ),
    );
  });

  it("says of every booking what is registered", () => {
    fc.assert(
      fc.property(
        unique(bookings, ({ deviceSerial, officerId, from }) => `${deviceSerial} ${officerId} ${from}`),
        (list) => {
          const reader = bookingReader("Europe/London");
          const told = toldBy(writeCsv(reader, list.map(cellsOf.bookings)), reader);
          expect(told.map(({ booking }) => booking)).toEqual(list);
        },
      ),
    );
  });

  it("says the same after a spreadsheet of another country wrote it", () => {
    const list: Officer[] = [
      {
        officerId: "-7",
        collarNumber: "=1",
        team: "A; B",
        borough: 'The "South"',
        taserTrained: true,
        cameraIssued: false,
      },
    ];
    const written = writeCsv(officerReader, list.map(cellsOf.officers));
    const semicolons = stringify(parse(written, { bom: true }), { delimiter: ";" });
    expect(toldBy(semicolons, officerReader).map((row) => officerAfter(row, undefined))).toEqual(list);
  });
});

/** Every cell that some spreadsheet may see, whatever it takes for the end of one. */
function cellsAnywhere(csv: string): readonly string[] {
  return [",", ";", "\t", "|"].flatMap((delimiter) =>
    csv.split(/[\r\n]/).flatMap((line) => line.split(delimiter)),
  );
}

describe("a cell", () => {
  it("never runs as a formula, wherever a spreadsheet cuts the line", () => {
    fc.assert(
      fc.property(
        unique(officers, ({ officerId }) => officerId),
        (list) => {
          const csv = writeCsv(officerReader, list.map(cellsOf.officers)).replace("\ufeff", "");
          for (const cell of cellsAnywhere(csv))
            expect(cell.replace(/^["\s]+/, "")).not.toMatch(/^[=+\-@＝＋－＠]/);
        },
      ),
    );
  });

  it("comes back as it was, with and without apostrophes of its own", () => {
    fc.assert(
      fc.property(text(200), (given) => {
        expect(unguardCell(guardCell(given))).toBe(given);
      }),
    );
    expect(guardCell("=1+1")).toBe("'=1+1");
    expect(guardCell("'=1+1")).toBe("''=1+1");
    expect(guardCell("a;=1+1")).toBe("a;'=1+1");
    expect(guardCell("O'Neill - 7")).toBe("O'Neill - 7");
  });
});

describe("a file", () => {
  it("is read or refused with a reason, and never breaks the reader", () => {
    const files = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .tuple(
          fc.constantFrom("", "officerId,collarNumber,team,borough,taserTrained,cameraIssued\n"),
          anyText,
        )
        .map(([head, rest]) => new TextEncoder().encode(head + rest)),
    );
    fc.assert(
      fc.property(files, (bytes) => {
        const rows = rowsOf(bytes, officerReader);
        if ("fault" in rows) expect(rows.fault).toMatch(/\w.*\.$/s);
        else for (const { found } of rows.faults) expect(found.length).toBeLessThan(100);
      }),
    );
  });

  it.each(["\n", "\r\n", "\r"])("has its lines counted as an editor counts them, ended by %j", (end) => {
    const lines = ["", "a,b", "", '1,"x', '"', "2,3", "", '"4",5', '6,"', "", '"', "7"];
    const table = readTable(lines.join(end));
    expect("fault" in table ? table : table.rows.map(({ line }) => line)).toEqual([4, 6, 8, 9, 12]);
  });

  it("may hold mixed line ends, and cells parted by tabs as they are pasted from a spreadsheet", () => {
    const table = readTable("a\tb\r\n1\t2\n3\t4\r5\t6");
    expect("fault" in table ? table : table.rows.map(({ cells }) => cells)).toEqual([
      ["1", "2"],
      ["3", "4"],
      ["5", "6"],
    ]);
  });

  it("of five thousand lines is read in well under a second", () => {
    const line = (index: number) => `P-${index},${index}SW,"Response, A",Lambeth,yes,no`;
    const all = Array.from({ length: 5000 }, (_, index) => line(index)).join("\r\n");
    const begun = performance.now();
    const head = "officerId,collarNumber,team,borough,taserTrained,cameraIssued";
    expect(toldBy(`${head}\r\n${all}`, officerReader)).toHaveLength(5000);
    expect(performance.now() - begun).toBeLessThan(3000);
  });

  it.each([
    ["blanks in one cell", `officerId,team\n${"\t".repeat(99_000)}`],
    ["apostrophes in one cell", `officerId,team\n"${"'".repeat(99_000)}`],
    ["empty lines", "\n".repeat(4_000_000)],
    ["lines of one letter", "a\n".repeat(2_000_000)],
    ["columns", `${",".repeat(99_000)}\n`.repeat(40)],
    ["quotes", '"'.repeat(4_000_000)],
  ])("of nothing but %s is refused in no time", (_, csv) => {
    const begun = performance.now();
    expect(rowsOf(csv, officerReader)).toHaveProperty("fault");
    expect(unguardCell(guardCell(csv.slice(0, 100_000)))).toBe(csv.slice(0, 100_000));
    expect(performance.now() - begun).toBeLessThan(3000);
  });

  it("cannot give two lines the same key, nor a line a weak one", () => {
    const x = Buffer.alloc(32, 7).toString("base64url");
    const weak = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const csv = `serial,kind,model,status,publicKey1\nX1,camera,B,active,${x}\nX2,camera,B,active,${x}\nX3,camera,B,active,${weak}\n`;
    const rows = rowsOf(csv, deviceReader());
    expect(
      "fault" in rows ? rows : rows.faults.map(({ line, column, detail }) => [line, column, detail]),
    ).toEqual([
      [3, "publicKey1", "the same as that of X1: make a new key pair"],
      [4, "publicKey1", "this key is a known weak one: make a new key pair"],
    ]);
  });

  it("has times that the clocks skip and ends before beginnings told by their column", () => {
    const csv =
      "deviceSerial,officerId,from,to\nX1,P-1,2026-03-29T01:30:00,\nX1,P-1,2026-03-30T01:30:00,2026-03-30T00:00:00Z\nX1,P-1,yesterday,\n";
    const rows = rowsOf(csv, bookingReader("Europe/London"));
    expect(
      "fault" in rows ? rows : rows.faults.map(({ line, column, detail }) => [line, column, detail]),
    ).toEqual([
      [2, "from", expect.stringContaining("the clocks skip it")],
      [3, "to", "expected a time after `from`"],
      [4, "from", "write it as 2026-11-21T21:03:10, in the force's time"],
    ]);
  });
});
