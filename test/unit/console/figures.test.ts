import { parse } from "csv-parse/sync";
import { beforeEach, describe, expect, it } from "vitest";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { Verdict } from "#contracts/verdict.ts";
import { countUses } from "#domain/figures/count-uses.ts";
import { shareOf } from "#handlers/api/console/frame/figures-words.ts";
import { type ApiUnderTest, createApiUnderTest, NOW } from "#test/support/api-under-test.ts";
import { createVisitor, type Visitor } from "#test/support/console-visitor.ts";
import { anIncident, aVerdict } from "#test/support/lifecycle-builders.ts";
import { spoilIncident } from "#test/support/spoiled-records.ts";
import { LISTS } from "#use-cases/casework/list-open-incidents.ts";
import { MOST_COUNTED, readFigures } from "#use-cases/casework/read-figures.ts";

let under: ApiUnderTest;
let visitor: Visitor;

beforeEach(async () => {
  under = createApiUnderTest();
  visitor = createVisitor(under);
  await visitor.signIn("supervisor");
});

async function add(
  incidentId: string,
  verdict: Partial<Verdict> | undefined,
  fields: Partial<IncidentRecord> = {},
): Promise<void> {
  const kind = verdict?.kind ?? "DISCHARGE";
  const record = anIncident({ incidentId, state: "CLOSED", kind, ...fields });
  const at = Date.parse(record.occurredAt);
  await under.repositories.incidents.create(record, { fromMs: at, toMs: at + 1 });
  if (!verdict) return;
  await under.repositories.verdicts.putVersion(incidentId, { verdict: aVerdict(verdict), owes: [] });
}

const covered = (requiredSeconds: number, coveredSeconds: number): Pick<Verdict, "video"> => {
  const { video } = aVerdict();
  return { video: { ...video, during: { requiredSeconds, coveredSeconds } } };
};

const at = NOW.toISOString();
const accepted = (code: NonNullable<IncidentRecord["explanation"]>["code"]): Partial<IncidentRecord> => ({
  explanation: { code, text: "x", by: "p", at },
  decision: {
    accept: true,
    reason: "x",
    proposedBy: "s-1",
    proposedAt: at,
    approval: { approve: true, reason: "x", by: "s-2", at },
  },
});

const SPAN = "from=2026-11-01&to=2026-11-30";

/** Seven uses without video, three explained to everybody's satisfaction, and one of each other sort. */
async function addMonth(): Promise<void> {
  for (let index = 0; index < 4; index += 1) await add(`u${index}`, { outcome: "UNRECORDED" });
  await add("d1", { outcome: "UNRECORDED" }, accepted("IMMEDIATE_DANGER"));
  await add("d2", { outcome: "UNRECORDED" }, accepted("IMMEDIATE_DANGER"));
  await add("d3", { outcome: "UNRECORDED" }, { ...accepted("BATTERY"), borough: "Camden" });
  await add("r1", { outcome: "RECORDED", ...covered(5, 5) });
  await add("p1", { outcome: "PARTLY_RECORDED", ...covered(5, 5) });
  await add("p2", { outcome: "PARTLY_RECORDED", ...covered(5, 4.999) });
  await add("w1", undefined);
  await add("unintended", { kind: "UNINTENTIONAL", outcome: "RECORDED" });
  await add("possible", { kind: "UNKNOWN", outcome: "UNRECORDED" });
  await add("test", { kind: "TEST", outcome: "NOT_APPLICABLE" });
  await add("drawn", { kind: "NON_DISCHARGE", outcome: "RECORDED" });
  await add("drill", { outcome: "RECORDED" }, { drill: true });
  await add("gone", { outcome: "RECORDED" }, { state: "MERGED", mergedInto: "u0" });
  await add("october", { outcome: "RECORDED" }, { occurredAt: "2026-10-31T23:59:59.999Z" });
  await add("december", { outcome: "RECORDED" }, { occurredAt: "2026-12-01T00:00:00.000Z" });
}

describe("figures", () => {
  it("count what is on video of discharges, with accepted explanations beside the fact", async () => {
    await addMonth();
    const { status, text } = await visitor.get(`/figures?${SPAN}`);
    expect(status).toBe(200);
    expect(text).toContain("11 Taser discharges, of which 1 captured (9 %).");
    expect(text).toContain(
      "Not recorded 7, of which an explanation was accepted for 3 (immediate danger 2, battery empty 1).",
    );
    expect(text).toContain("Partly recorded 2.");
    expect(text).toContain("Awaiting footage 1.");
    expect(text).toContain("The discharge itself is covered in 2.");
    expect(text).toContain("Not recorded 7 64 % 3 (immediate danger 2, battery empty 1)");
    expect(text).toContain("Unintentional discharges 1 Possible discharges 1 Tests 1 Training 0");
    expect(text).toContain("Camden 1 0 1 1 (battery empty 1)");
    expect(text).toContain("Southwark 10 1 6 2 (immediate danger 2)");
  });

  it("are of one borough when it is named, however it is capitalised", async () => {
    await addMonth();
    const { text } = await visitor.get(`/figures?${SPAN}&borough=camden`);
    expect(text).toContain("1 Taser discharge, of which 0 captured (0 %).");
    expect(text).not.toContain("By borough");
  });

  it("say of a borough that is not there that nothing is recorded under it", async () => {
    await addMonth();
    const words = "Nothing of these days is recorded under this borough.";
    expect((await visitor.get(`/figures?${SPAN}&borough=Camdem`)).text).toContain(words);
    expect((await visitor.get(`/figures?${SPAN}&borough=camden`)).text).not.toContain(words);
  });

  it.each([
    [0, 1000, "0 %"],
    [1, 1000, "under 1 %"],
    [10, 1000, "1 %"],
    [990, 1000, "99 %"],
    [999, 1000, "over 99 %"],
    [1000, 1000, "100 %"],
  ])("say of %d in %d %s: all and none are said of all and none alone", (count, discharges, share) => {
    expect(shareOf(count, { ...countUses([]), discharges })).toBe(share);
  });

  it("say that there are none where there are none", async () => {
    const { text } = await visitor.get("/figures?from=2026-11-21");
    expect(text).toContain("0 Taser discharges, of which 0 captured (–).");
  });

  it("ask for days first, and say what to change in them", async () => {
    const form = await visitor.get("/figures");
    expect(form.html).toContain('name="from" type="date" value="2026-11-01"');
    expect(form.html).toContain('name="to" type="date" value="2026-11-22"');
    for (const [query, detail] of [
      ["from=", "Give the first day"],
      ["from=yesterday", "Write the date as year-month-day"],
      ["from=2026-11-21&to=2026-11-01", "The last day must not be before the first"],
      [`from=2026-11-21&borough=${"x".repeat(101)}`, "It has at most 100 characters"],
    ]) {
      const page = await visitor.get(`/figures?${query}`);
      expect([query, page.status, page.text.includes(detail ?? "")]).toEqual([query, 400, true]);
      expect((await visitor.get(`/figures/download?${query}`)).status).toBe(400);
    }
    expect(await under.repositories.custody.all(LISTS)).toEqual([]);
  });

  it("are a look that is on record, and so is their download", async () => {
    await visitor.get(`/figures?${SPAN}`);
    await visitor.get(`/figures/download?${SPAN}&borough=Camden`);
    const looks = await under.repositories.custody.all(LISTS);
    expect(looks.map(({ who, what }) => [who, what])).toEqual([
      ["s-1", "read the figures of 2026-11-01 to 2026-11-30"],
      ["s-1", "downloaded the figures of 2026-11-01 to 2026-11-30, one borough"],
    ]);
  });

  it("leave out a use that may be the reader's own, and say so: a single one would tell what was found", async () => {
    await add("own", { outcome: "UNRECORDED" }, { officerIds: ["P-2001"] });
    const { text } = await visitor.get("/figures?from=2026-11-21");
    expect(text).toContain("1 use that may be your own is in none of these figures.");
    expect(text).toContain("0 Taser discharges");
    await visitor.signIn("supervisor2");
    expect((await visitor.get("/figures?from=2026-11-21")).text).toContain("Not recorded 1.");
  });

  it("say which records they could not read", async () => {
    await add("good", { outcome: "UNRECORDED" });
    await add("bad", { outcome: "UNRECORDED" });
    await spoilIncident(under.records, "bad", "2026-11-21T21:08:00.000Z");
    const { status, text } = await visitor.get("/figures?from=2026-11-21");
    expect([status, text]).toEqual([200, expect.stringContaining("1 record cannot be read and is left out")]);
    expect(text).toContain("Not recorded 1.");
  });

  it("are not begun of a span that holds too much: a part would be a wrong figure", async () => {
    let pages = 0;
    const page = Array.from({ length: 1000 }, () => anIncident());
    const list = async () => {
      pages += 1;
      return { items: page, unreadable: [], cursor: "more" };
    };
    const read = await readFigures(
      { query: { from: "0", to: "9" }, by: { subject: "s-1", roles: ["supervisor"] }, what: "x" },
      {
        ...under.repositories,
        incidents: { list },
        clock: { now: () => NOW },
        log: { info: () => {}, warn: () => {}, error: () => {} },
      },
    );
    expect([read, pages]).toEqual(["too-long", MOST_COUNTED / 1000]);
  });
});

describe("the figures as a file", () => {
  it("hold the same numbers, a line each, of all boroughs and of each", async () => {
    await addMonth();
    const { headers, html } = await visitor.get(`/figures/download?${SPAN}`);
    expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(headers.get("content-disposition")).toBe(
      'attachment; filename="figures-2026-11-01-to-2026-11-30.csv"',
    );
    const rows = parse(html, { bom: true, columns: true }) as Record<string, string>[];
    const of = (borough: string, figure: string) =>
      rows.find((row) => row["borough"] === borough && row["figure"] === figure);
    expect(of("all", "DISCHARGES")).toMatchObject({ "first day": "2026-11-01", count: "11" });
    expect(of("all", "UNRECORDED")).toMatchObject({
      count: "7",
      "explanation accepted": "3",
      "accepted: IMMEDIATE_DANGER": "2",
      "accepted: BATTERY": "1",
      "accepted: FORGOT": "0",
    });
    expect(of("all", "DISCHARGE_ITSELF_COVERED")).toMatchObject({ count: "2", "explanation accepted": "" });
    expect(of("all", "APART_TEST")).toMatchObject({ count: "1" });
    expect(of("Camden", "UNRECORDED")).toMatchObject({ count: "1" });
    expect(rows).toHaveLength(3 * 12);
  });

  it.each([
    ['=HYPERLINK("https://evil.example")', '\'=HYPERLINK("https://evil.example")'],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    [" \t=1+1", "'=1+1"],
    ["\u202e=1+1", "'=1+1"],
    ["a;=1+1", "a;'=1+1"],
    ["a\u202eb", "ab"],
    ["<script>alert(1)</script>", "<script>alert(1)</script>"],
    ['one\r\ntwo,"three"', 'one\r\ntwo,"three"'],
    ["x".repeat(10_000), "x".repeat(10_000)],
  ])("holds a borough called %j as words and nothing else", async (borough, expected) => {
    await add("one", { outcome: "UNRECORDED" }, { borough });
    await add("two", { outcome: "UNRECORDED" }, { borough: "Camden" });
    const { html } = await visitor.get(`/figures/download?${SPAN}`);
    const rows = parse(html, { bom: true }) as string[][];
    expect([...new Set(rows.map((row) => row[2]))].sort()).toEqual(
      ["all", "borough", "Camden", expected].sort(),
    );
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([15]));
  });
});
