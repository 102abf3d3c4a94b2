import { beforeEach, describe, expect, it } from "vitest";
import type { IncidentRecord } from "#contracts/incident.ts";
import { type ApiUnderTest, createApiUnderTest, NOW } from "#test/support/api-under-test.ts";
import { createVisitor, type Visitor } from "#test/support/console-visitor.ts";
import { anIncident } from "#test/support/lifecycle-builders.ts";
import { spoilIncident, spoilOfficer } from "#test/support/spoiled-records.ts";
import { anOfficer } from "#test/support/stored-builders.ts";
import { LISTS } from "#use-cases/casework/list-open-incidents.ts";

const HOUR = 3_600_000;
const ago = (hours: number) => new Date(NOW.getTime() - hours * HOUR).toISOString();

let under: ApiUnderTest;
let visitor: Visitor;

beforeEach(async () => {
  under = createApiUnderTest();
  visitor = createVisitor(under);
  await visitor.signIn("supervisor");
});

async function add(incidentId: string, fields: Partial<IncidentRecord> = {}): Promise<void> {
  const record = anIncident({ incidentId, state: "OPEN", outcome: "UNRECORDED", ...fields });
  const at = Date.parse(record.occurredAt);
  await under.repositories.incidents.create(record, { fromMs: at, toMs: at + 1 });
}

/** The incidents of the page, in its order. */
async function shownAt(path = "/"): Promise<readonly string[]> {
  const { html } = await visitor.get(path);
  return [...html.matchAll(/<a href="\/incidents\/([\w-]+)"/g)].map(([, id]) => String(id));
}

describe("what needs me", () => {
  it("is what is open, by deadline, whether or not anything is looked at again", async () => {
    await add("late", { deadline: ago(1), lookAt: ago(-1) });
    await add("soon", { deadline: ago(-1), state: "AWAITING_FOOTAGE", lookAt: ago(-2) });
    await add("without", { state: "ACKNOWLEDGED" });
    await add("proposed", { deadline: ago(-3), state: "DECISION_PROPOSED" });
    await add("closed", { state: "CLOSED", lookAt: ago(-1) });
    await add("merged", { state: "MERGED", mergedInto: "late" });
    expect(await shownAt()).toEqual(["late", "soon", "proposed", "without"]);
    const { text } = await visitor.get("/");
    expect(text).toContain("4 incidents open 1 past their deadline 0 of high priority");
    expect(text).toContain("was due 22 Nov, 05:00");
  });

  it("says the year of what is long ago", async () => {
    await add("new", { occurredAt: ago(24) });
    await add("old", { occurredAt: "2025-11-22T06:00:00.000Z" });
    const { text } = await visitor.get("/");
    expect(text).toContain("Taser discharge 21 Nov, 06:00");
    expect(text).toContain("Taser discharge 22 Nov 2025, 06:00");
  });

  it("says of each the one thing to do, and of proposals whose turn it is", async () => {
    const decision = { accept: true, reason: "x", proposedAt: ago(1) };
    await add("a", { state: "DECISION_PROPOSED", decision: { ...decision, proposedBy: "s-1" } });
    await add("b", { state: "DECISION_PROPOSED", decision: { ...decision, proposedBy: "s-2" } });
    await add("c", { state: "ACKNOWLEDGED", explanation: { code: "OTHER", text: "x", by: "p", at: ago(1) } });
    const { text } = await visitor.get("/");
    for (const step of [
      "Another supervisor approves or refuses",
      "Approve or refuse the decision",
      "Decide",
    ]) {
      expect(text).toContain(step);
    }
  });

  it("says to those who only watch that it is a supervisor's turn", async () => {
    await add("a");
    for (const who of ["admin", "oversight"] as const) {
      await visitor.signIn(who);
      expect((await visitor.get("/")).text).toContain("A supervisor's turn: read and acknowledge");
    }
  });

  it("leaves out what was closed since, and has again what was opened again", async () => {
    await add("one");
    const set = async (state: IncidentRecord["state"]) => {
      const stored = await under.repositories.incidents.read("one");
      if (stored) await under.repositories.incidents.replace({ ...stored.record, state }, stored.revision);
    };
    await set("CLOSED");
    expect(await shownAt()).toEqual([]);
    await set("OPEN");
    expect(await shownAt()).toEqual(["one"]);
  });

  it("is filtered by borough, outcome, age and priority, together and one by one", async () => {
    await add("a", { borough: "Camden", outcome: "UNRECORDED", occurredAt: ago(2), priority: "high" });
    await add("b", { borough: "Camden", outcome: "PARTLY_RECORDED", occurredAt: ago(30) });
    await add("c", { borough: "Lambeth", outcome: "UNRECORDED", occurredAt: ago(24 * 8) });
    const fitting: readonly (readonly [string, readonly string[]])[] = [
      ["/?borough=Camden", ["b", "a"]],
      ["/?outcome=UNRECORDED", ["c", "a"]],
      ["/?age=day", ["a"]],
      ["/?age=week", ["b"]],
      ["/?age=older", ["c"]],
      ["/?priority=high", ["a"]],
      ["/?borough=Camden&outcome=UNRECORDED&age=day&priority=high", ["a"]],
      ["/?borough=&outcome=&age=&priority=", ["c", "b", "a"]],
      ["/?outcome=NONSENSE&age=x", ["c", "b", "a"]],
    ];
    for (const [path, expected] of fitting) expect([path, await shownAt(path)]).toEqual([path, expected]);
    const none = await visitor.get("/?borough=Barnet");
    expect(none.text).toContain("Nothing that is open fits these filters. Show all 3");
    expect((await visitor.get("/?borough=Camden")).html).toContain('<option value="Camden" selected>');
  });

  it("counts, filters and says nothing of what was found about a use of one's own", async () => {
    const found = { priority: "high", outcome: "UNRECORDED", deadline: ago(-1) } as const;
    await add("own", { ...found, officerIds: ["P-2001"] });
    const { text } = await visitor.get("/");
    expect(text).toContain("1 incident open 0 past their deadline 0 of high priority your own: 1");
    expect(text).not.toMatch(/High priority|by 22 Nov|not recorded:/);
    expect(await shownAt("/")).toEqual(["own"]);
    for (const path of [
      "/?outcome=UNRECORDED",
      "/?outcome=RECORDED",
      "/?priority=high",
      "/?priority=normal",
    ]) {
      expect([path, await shownAt(path)]).toEqual([path, []]);
    }
    const all = await visitor.get("/incidents");
    expect(all.html).toContain("A use of your own");
    expect(all.html).not.toMatch(/High priority|<td>Open/);
  });

  it("says that all is accounted for, and since when, once nothing is open", async () => {
    const at = "2026-11-22T04:30:00.000Z";
    await add("one", { state: "CLOSED", acknowledgements: [{ by: "s-1", at }] });
    const { text } = await visitor.get("/");
    expect(text).toContain("All is accounted for Nothing has been open since Sun 22 Nov 2026, 04:30:00 GMT.");
  });

  it("does not claim so where nothing was ever reported", async () => {
    const { text } = await visitor.get("/");
    expect(text).toContain("Nothing has been reported yet");
    expect(text).not.toContain("All is accounted for");
  });

  it("names the officer by collar number, and not to oversight", async () => {
    await under.repositories.register.putOfficer({
      officerId: "officer-1",
      collarNumber: "4471SW",
      team: "A",
      borough: "Southwark",
      taserTrained: true,
      cameraIssued: true,
    });
    await add("one");
    expect((await visitor.get("/")).text).toContain("4471SW");
    await visitor.signIn("oversight");
    expect((await visitor.get("/")).text).not.toMatch(/4471SW|officer-1/);
  });

  it("is a look that is on record, one entry each time", async () => {
    await visitor.get("/");
    await visitor.get("/incidents");
    const looks = await under.repositories.custody.all(LISTS);
    expect(looks.map(({ who, what }) => [who, what])).toEqual([
      ["s-1", "opened the list of what is open"],
      ["s-1", "opened the list of all incidents"],
    ]);
  });

  it("stays below 60 KB with 200 incidents, and says when there are more", async () => {
    const borough = "Kensington and Chelsea";
    for (let index = 0; index < 201; index += 1) {
      await add(`i${String(index).padStart(24, "0")}`, { borough, deadline: ago(-1), priority: "high" });
    }
    const { html, text } = await visitor.get("/");
    expect(await shownAt()).toHaveLength(200);
    expect(text).toContain("These are the 200 most urgent of 201.");
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(60_000);
  });
});

describe("a record that cannot be read", () => {
  const OCCURRED = "2026-11-21T21:08:00.000Z";

  it("is left out of the lists with a line that says so, and told to the log; the others are shown", async () => {
    await add("good");
    await add("bad");
    await spoilIncident(under.records, "bad", OCCURRED);
    for (const path of ["/", "/incidents"]) {
      const { status, text } = await visitor.get(path);
      expect([path, status, await shownAt(path)]).toEqual([path, 200, ["good"]]);
      expect(text).toContain("1 record cannot be read and is left out here: bad.");
      expect(under.logged).toContainEqual({ code: "record.unreadable", fields: { incidentId: "bad" } });
      under.logged.length = 0;
    }
    const { status, body } = await under.asPerson("admin", "GET", "/v1/incidents");
    expect([status, body.incidents.length, body.unreadable]).toEqual([200, 1, ["bad"]]);
  });

  it("keeps the queue from claiming that all is accounted for", async () => {
    await add("bad");
    await spoilIncident(under.records, "bad", OCCURRED);
    const { text } = await visitor.get("/");
    expect(text).toContain("Nothing else is open.");
    expect(text).not.toMatch(/accounted for Nothing|Nothing has been reported/);
  });

  it("hides nothing else when it is an officer's: they go by their id", async () => {
    await under.repositories.register.putOfficer(anOfficer({ officerId: "officer-1" }));
    await spoilOfficer(under.records, "officer-1");
    await add("one");
    const { status, text } = await visitor.get("/");
    expect([status, text]).toEqual([200, expect.stringContaining("officer-1")]);
    expect(under.logged.map(({ code }) => code)).toContain("record.unreadable");
  });

  it("does not end the list of officers for those behind it", async () => {
    for (const officerId of ["P-1", "P-2", "P-3"]) {
      await under.repositories.register.putOfficer(anOfficer({ officerId }));
    }
    await spoilOfficer(under.records, "P-1");
    const { status, body } = await under.asPerson("admin", "GET", "/v1/officers?limit=2");
    expect([status, body.officers.length, body.unreadable]).toEqual([200, 1, ["P-1"]]);
    expect(under.logged).toContainEqual({ code: "record.unreadable", fields: { reason: "OFFICER#P-1" } });
    const next = await under.asPerson("admin", "GET", `/v1/officers?cursor=${body.cursor}`);
    expect([next.body.officers[0].officerId, "unreadable" in next.body]).toEqual(["P-3", false]);
    await visitor.signIn("admin");
    const page = await visitor.get("/register/officers");
    expect([page.status, page.text]).toEqual([200, expect.stringContaining("is left out here: P-1.")]);
    expect(page.text).toContain("P-2");
  });

  it("leaves the bookings and the kit check of such an officer, who goes by the id", async () => {
    const { register, kit } = under.repositories;
    await register.putDevice({ serial: "W-1", kind: "weapon", model: "TASER 7", status: "active" }, []);
    await register.putBooking({ deviceSerial: "W-1", officerId: "P-1", from: ago(2) });
    await register.putOfficer(anOfficer({ officerId: "P-1" }));
    await spoilOfficer(under.records, "P-1");
    await kit.askForLook("P-1", { at: ago(1) });
    await visitor.signIn("admin");
    for (const path of ["/register/bookings", "/register/devices", "/kit"]) {
      const { status, text } = await visitor.get(path);
      expect([path, status, text]).toEqual([path, 200, expect.stringContaining("P-1")]);
    }
  });

  it("leaves an officer the questions about their other uses", async () => {
    const question = { code: "FORGOT", text: "Why?", by: "s-1", at: ago(1) } as const;
    await add("good", { officerIds: ["P-1001"], explanationRequests: [question] });
    await add("bad", { officerIds: ["P-1001"], explanationRequests: [question] });
    await spoilIncident(under.records, "bad", OCCURRED);
    await visitor.signIn("officer");
    const { status, text } = await visitor.get("/");
    expect(status).toBe(200);
    expect(text).toContain("A record that may concern you cannot be read and is left out here.");
    expect(text).toContain("an explanation is asked for");
  });
});

describe("all incidents", () => {
  it("are listed newest first, closed ones too, a page at a time", async () => {
    for (let index = 0; index < 51; index += 1) {
      await add(`i-${index}`, { state: "CLOSED", occurredAt: ago(index) });
    }
    const first = await visitor.get("/incidents");
    expect((await shownAt("/incidents")).slice(0, 2)).toEqual(["i-0", "i-1"]);
    const older = /href="(\/incidents\?cursor=[^"]+)"/.exec(first.html)?.[1];
    expect(await shownAt(older)).toEqual(["i-50"]);
    expect((await visitor.get("/incidents?cursor=nonsense!")).status).toBe(400);
  });

  it("tell nobody what was found about a use of their own", async () => {
    await add("one", { officerIds: ["P-2001"] });
    const { text } = await visitor.get("/incidents");
    expect(text).toContain("A use of your own");
    expect(text).not.toContain("Not recorded");
    await visitor.signIn("supervisor2");
    expect((await visitor.get("/incidents")).text).toContain("Not recorded");
  });

  it("tell it to none of several who may have carried the weapon", async () => {
    await add("one", { officerIds: ["P-2001", "P-7"], priority: "high" });
    const { text } = await visitor.get("/incidents");
    expect(text).toContain("A use of your own");
    expect(text).not.toMatch(/Not recorded|High priority|Open/);
  });

  it("tell oversight no references", async () => {
    await add("one", { incidentRefs: ["CAD 1/2"] });
    expect((await visitor.get("/incidents")).text).toContain("CAD 1/2");
    await visitor.signIn("oversight");
    expect((await visitor.get("/incidents")).text).not.toContain("CAD 1/2");
  });
});

describe("an address that leads nowhere", () => {
  it("is told of in words to people, and as a problem to programs", async () => {
    const page = await under.send("/nowhere", { headers: { accept: "text/html,*/*" } });
    expect([page.status, page.body]).toEqual([404, expect.stringContaining("There is no such page")]);
    const problem = await under.send("/nowhere");
    expect([problem.status, problem.body.type]).toEqual([404, "urn:witnessed:problem:no-such-route"]);
    const api = await under.send("/v1/nowhere", { headers: { accept: "text/html" } });
    expect(api.body.type).toBe("urn:witnessed:problem:no-such-route");
  });
});

describe("the stylesheet", () => {
  it("is served from here under a name that changes with it, for ever, and nothing else is", async () => {
    const { html } = await visitor.get("/");
    const href = /<link rel="stylesheet" href="([^"]+)">/.exec(html)?.[1] ?? "";
    const css = await visitor.get(href);
    expect([css.status, css.headers.get("cache-control")]).toEqual([
      200,
      "public, max-age=31536000, immutable",
    ]);
    expect(css.headers.get("content-type")).toBe("text/css; charset=utf-8");
    expect((await visitor.get("/assets/other.css")).status).toBe(404);
    expect((await visitor.get("/assets/icon.svg")).headers.get("content-type")).toBe("image/svg+xml");
  });
});
