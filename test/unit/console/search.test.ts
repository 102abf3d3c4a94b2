import { beforeEach, describe, expect, it } from "vitest";
import type { IncidentRecord } from "#contracts/incident.ts";
import { type ApiUnderTest, createApiUnderTest } from "#test/support/api-under-test.ts";
import { createVisitor, type Visitor } from "#test/support/console-visitor.ts";
import { anIncident } from "#test/support/lifecycle-builders.ts";
import { spoilIncident } from "#test/support/spoiled-records.ts";
import { aClip, anOfficer } from "#test/support/stored-builders.ts";
import { LISTS } from "#use-cases/casework/list-open-incidents.ts";

let under: ApiUnderTest;
let visitor: Visitor;

beforeEach(async () => {
  under = createApiUnderTest();
  visitor = createVisitor(under);
  await visitor.signIn("supervisor");
});

async function add(incidentId: string, fields: Partial<IncidentRecord> = {}): Promise<void> {
  const record = anIncident({ incidentId, state: "CLOSED", outcome: "UNRECORDED", ...fields });
  const at = Date.parse(record.occurredAt);
  await under.repositories.incidents.create(record, { fromMs: at - 60_000, toMs: at + 60_000 });
}

/** The incidents that the page leads to, in its order. */
async function foundBy(query: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { html } = await visitor.get(`/search?${new URLSearchParams(query)}`);
  return [...html.matchAll(/<a href="\/incidents\/([\w-]+)"/g)].map(([, id]) => String(id));
}

const looks = async () => (await under.repositories.custody.all(LISTS)).map(({ who, what }) => [who, what]);

describe("a search", () => {
  it("by incident reference finds the uses that carry exactly that one", async () => {
    await add("one", { incidentRefs: ["CAD 1/21NOV26", "CAD 7"] });
    await add("two", { incidentRefs: ["CAD 12/21NOV26"] });
    expect(await foundBy({ reference: " CAD 1/21NOV26 " })).toEqual(["one"]);
    expect(await foundBy({ reference: "cad 1/21nov26" })).toEqual([]);
  });

  it("by officer takes the id or the collar number, however that is written", async () => {
    await under.repositories.register.putOfficer(anOfficer({ officerId: "P-7", collarNumber: "4711 sw" }));
    await add("one", { officerIds: ["P-7"] });
    await add("two", { officerIds: ["P-8"] });
    for (const officer of ["P-7", "4711SW", "4711 sw"]) expect(await foundBy({ officer })).toEqual(["one"]);
    expect(await foundBy({ officer: "4712SW" })).toEqual([]);
  });

  it("by a collar number that was given to somebody else finds the uses of who has it now", async () => {
    const { register } = under.repositories;
    await register.putOfficer(anOfficer({ officerId: "P-7", collarNumber: "4711" }));
    await register.putOfficer(anOfficer({ officerId: "P-7", collarNumber: "9000" }));
    await register.putOfficer(anOfficer({ officerId: "P-8", collarNumber: "4711" }));
    await add("old", { officerIds: ["P-7"] });
    await add("new", { officerIds: ["P-8"] });
    expect(await foundBy({ officer: "4711" })).toEqual(["new"]);
  });

  it("by serial finds the uses of a weapon, and those with footage of a camera near them", async () => {
    const candidate = { footageId: "f1", cameraSerial: "CAM-9" };
    await add("weapon", { weaponSerial: "X-9" });
    await add("camera", { weaponSerial: "X-8", candidates: [candidate] });
    const at = Date.parse("2026-11-21T21:08:00Z");
    const clock = { deviceClock: "2026-11-22T06:00:00Z", gatewayClock: "2026-11-22T06:00:00Z" };
    const clip = aClip({ declaration: { camera: { serial: "CAM-9", kind: "body-worn" }, clock } });
    await under.repositories.footage.create(clip, { fromMs: at, toMs: at + 1 });
    expect(await foundBy({ serial: "X-9" })).toEqual(["weapon"]);
    expect(await foundBy({ serial: "CAM-9" })).toEqual(["camera"]);
    expect(await foundBy({ serial: "CAM-9", from: "2026-11-21" })).toEqual(["camera"]);
    expect(await foundBy({ serial: "CAM-9", from: "2026-11-20" })).toEqual([]);
  });

  it("by date takes the force's own days, from midnight to midnight", async () => {
    await add("summer-night", { occurredAt: "2026-06-30T23:30:00.000Z" });
    await add("morning", { occurredAt: "2026-07-01T08:00:00.000Z" });
    await add("last", { occurredAt: "2026-07-01T22:59:59.999Z" });
    await add("next-day", { occurredAt: "2026-07-01T23:00:00.000Z" });
    expect(await foundBy({ from: "2026-07-01" })).toEqual(["last", "morning", "summer-night"]);
    expect(await foundBy({ from: "2026-06-30", to: "2026-07-02" })).toHaveLength(4);
    expect(await foundBy({ from: "2026-06-30" })).toEqual([]);
  });

  it("by an incident's id leads to it", async () => {
    await add("one");
    expect(await foundBy({ incident: "one" })).toEqual(["one"]);
  });

  it("narrows with each further field", async () => {
    await add("one", { officerIds: ["P-7"], weaponSerial: "X-9", incidentRefs: ["CAD 1"] });
    await add("two", { officerIds: ["P-7"], weaponSerial: "X-8", occurredAt: "2026-11-20T10:00:00.000Z" });
    expect(await foundBy({ officer: "P-7" })).toEqual(["one", "two"]);
    expect(await foundBy({ officer: "P-7", serial: "X-8" })).toEqual(["two"]);
    expect(await foundBy({ officer: "P-7", from: "2026-11-21" })).toEqual(["one"]);
    expect(await foundBy({ officer: "P-7", from: "2026-11-21", serial: "X-8" })).toEqual([]);
    expect(await foundBy({ incident: "one", reference: "CAD 2" })).toEqual([]);
  });

  it("says what was searched, and that nothing was found", async () => {
    const { text } = await visitor.get("/search?reference=CAD+9&from=2026-11-20&to=2026-11-21");
    expect(text).toContain("Nothing was found");
    expect(text).toContain("Searched: reference CAD 9, 20 Nov 2026 to 21 Nov 2026 .");
  });

  it("leads from a use that was merged to the one that stays, and says so", async () => {
    await add("gone", { state: "MERGED", mergedInto: "middle", incidentRefs: ["CAD 1"] });
    await add("middle", { state: "MERGED", mergedInto: "stays" });
    await add("stays", {});
    expect(await foundBy({ incident: "gone" })).toEqual(["stays"]);
    const { text } = await visitor.get("/search?reference=CAD+1");
    expect(text).toContain("1 incident found");
    expect(text).toContain("It is the same use as gone.");
    expect(await foundBy({ from: "2026-11-21" })).toEqual(["stays"]);
  });

  it("is one entry in the log of looks at lists, with what it went by and nothing of what was typed", async () => {
    await add("one", { incidentRefs: ["CAD SECRET"], officerIds: ["P-7"] });
    await visitor.get("/search?reference=CAD+SECRET&officer=P-7&serial=X12005BX7&from=2026-11-21");
    expect(await looks()).toEqual([["s-1", "searched incidents by reference, officer, serial, date"]]);
  });

  it("that asks nothing, or cannot be read, is none, and says what to change", async () => {
    const wrong = [
      ["/search?reference=", "Fill in at least one field"],
      ["/search?from=21.11.2026", "Write the date as year-month-day"],
      ["/search?from=2026-02-30", "Write the date as year-month-day"],
      ["/search?from=2026-11-21&to=x", "Write the date as year-month-day"],
      ["/search?from=2026-11-21&to=2026-11-20", "The last day must not be before the first"],
      ["/search?to=2026-11-20", "Give the first day as well"],
      ["/search?serial=a%20b", "Letters, digits, dots, dashes and underscores alone"],
      [`/search?reference=${"x".repeat(65)}`, "It has at most 64 characters"],
    ] as const;
    for (const [path, detail] of wrong) {
      const { status, text, html } = await visitor.get(path);
      expect([path, status, text.includes(detail)]).toEqual([path, 400, true]);
      expect(html).toContain('aria-invalid="true"');
    }
    expect((await visitor.get("/search")).text).not.toContain("found");
    expect(await looks()).toEqual([]);
  });

  it("tells of a use of one's own no more than that it is one, and nothing of footage near it", async () => {
    const candidates = [{ footageId: "f1", cameraSerial: "CAM-9" }];
    await add("own", { officerIds: ["P-2001"], incidentRefs: ["CAD 1"], priority: "high", candidates });
    const { text, html } = await visitor.get("/search?reference=CAD+1");
    expect(html).toContain('<a href="/incidents/own">A use of your own</a>');
    expect(text).not.toMatch(/Not recorded|High priority|Southwark|Closed(?! and)|discharge/);
    expect(await foundBy({ serial: "CAM-9", from: "2026-11-21" })).toEqual([]);
    await visitor.signIn("supervisor2");
    expect(await foundBy({ serial: "CAM-9", from: "2026-11-21" })).toEqual(["own"]);
  });

  it("gives oversight serial and date alone, and shows no reference and no officer", async () => {
    await under.repositories.register.putOfficer(anOfficer({ officerId: "P-7", collarNumber: "4711" }));
    await add("one", { officerIds: ["P-7"], incidentRefs: ["CAD 1"] });
    await visitor.signIn("oversight");
    const form = await visitor.get("/search");
    const inputs = form.html.matchAll(/<input class="govuk-input" [^>]*name="(\w+)"/g);
    expect([...inputs].map(([, name]) => name)).toEqual(["serial", "from", "to"]);
    const { text } = await visitor.get("/search?serial=X12005BX7&from=2026-11-21");
    expect(text).toContain("1 incident found");
    expect(text).not.toMatch(/CAD 1|4711|P-7/);
    for (const query of ["reference=CAD+1", "officer=4711", "incident=one"]) {
      const { status, text: refused } = await visitor.get(`/search?${query}`);
      expect([query, status]).toEqual([query, 403]);
      expect(refused).toContain("Oversight searches by serial and date.");
    }
  });

  it("says when there is more than it looks at", async () => {
    for (let index = 0; index < 502; index += 1) {
      await add(`i${String(index).padStart(4, "0")}`, {
        officerIds: ["P-7"],
        weaponSerial: "X-9",
        seqs: [index],
      });
    }
    for (const query of ["officer=P-7", "serial=X-9"]) {
      const { text } = await visitor.get(`/search?${query}`);
      expect(text).toContain("Only 500 of the");
      expect(text).toContain("These are the 100 newest.");
    }
    const dated = await visitor.get("/search?serial=X-9&from=2026-11-21");
    expect(dated.text).toContain("502 incidents found");
    expect(dated.text).not.toContain("Only");
  });

  it("leaves out a record that cannot be read, says so, and tells the log", async () => {
    await add("good", { incidentRefs: ["CAD 1"] });
    await add("bad", { incidentRefs: ["CAD 1"] });
    await spoilIncident(under.records, "bad", "2026-11-21T21:08:00.000Z");
    for (const query of ["reference=CAD+1", "from=2026-11-21"]) {
      const { status, text, html } = await visitor.get(`/search?${query}`);
      expect([status, html.includes("/incidents/good")]).toEqual([200, true]);
      expect(text).toContain("1 record cannot be read and is left out here: bad.");
    }
    expect(under.logged).toContainEqual({ code: "record.unreadable", fields: { incidentId: "bad" } });
  });
});
