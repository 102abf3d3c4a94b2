import { beforeEach, describe, expect, it } from "vitest";
import type { Closure, IncidentRecord } from "#contracts/incident.ts";
import { type ApiUnderTest, createApiUnderTest, NOW } from "#test/support/api-under-test.ts";
import { INCIDENT_PAGE, REFERENCE, storeIncident } from "#test/support/console-incident.ts";
import { createVisitor, type Visitor } from "#test/support/console-visitor.ts";
import { anIncident, INCIDENT_ID } from "#test/support/lifecycle-builders.ts";
import { spoilIncident } from "#test/support/spoiled-records.ts";
import { LISTS } from "#use-cases/casework/list-open-incidents.ts";

const DAY = 86_400_000;
const ago = (days: number): string => new Date(NOW.getTime() - days * DAY).toISOString();

let under: ApiUnderTest;
let visitor: Visitor;

beforeEach(async () => {
  under = createApiUnderTest();
  visitor = createVisitor(under);
});

const aClosure = (fields: Partial<Closure> = {}): Closure => ({
  at: ago(1),
  what: "closed",
  because: "RECORDED",
  version: 1,
  outcome: "RECORDED",
  ...fields,
});

async function add(incidentId: string, closures: Closure[], fields: Partial<IncidentRecord> = {}) {
  const record = anIncident({ incidentId, state: "CLOSED", closures, ...fields });
  const at = Date.parse(record.occurredAt);
  await under.repositories.incidents.create(record, { fromMs: at, toMs: at + 1 });
}

const shownIn = (html: string): readonly string[] =>
  [...html.matchAll(/<a href="\/incidents\/([\w-]+)"/g)].map(([, id]) => String(id));

describe("what was closed and reopened", () => {
  it("is seen by those who watch the force at the moment at which two supervisors decide", async () => {
    await storeIncident(under);
    const [first, second] = [createVisitor(under), createVisitor(under)];
    await first.signIn("supervisor");
    await second.signIn("supervisor2");
    await visitor.signIn("oversight");
    await first.submit(INCIDENT_PAGE, `${INCIDENT_PAGE}/explain`, {
      code: "IMMEDIATE_DANGER",
      text: "A knife.",
    });
    await first.submit(INCIDENT_PAGE, `${INCIDENT_PAGE}/propose`, {
      accept: "yes",
      reason: "He had no time.",
    });
    expect(shownIn((await visitor.get("/closures")).html)).toEqual([]);
    await second.submit(INCIDENT_PAGE, `${INCIDENT_PAGE}/approve`, { approve: "yes", reason: "So it was." });
    for (const path of ["/closures", "/"]) {
      const { text, html } = await visitor.get(path);
      expect(shownIn(html)).toEqual([INCIDENT_ID]);
      expect(text).toContain("22 Nov 2026, 06:00 Closed : a decision that two supervisors took");
      expect(text).toContain("Partly recorded Explanation accepted: immediate danger");
      expect(text).toContain("Southwark Place: street Age band: 18 to 34");
      expect(text).not.toMatch(/knife|no time|So it was|4711|officer-1|s-[12]\b/);
      expect(text).not.toContain(REFERENCE);
    }
  });

  it("is told with its reason, the latest first, an incident each time that it was", async () => {
    await add("one", [
      aClosure({ at: ago(3) }),
      aClosure({ at: ago(2), what: "reopened", because: "VERDICT_REVISED", outcome: "PARTLY_RECORDED" }),
      aClosure({ at: ago(0.5), because: "DECISION_APPROVED", outcome: "PARTLY_RECORDED" }),
    ]);
    await add("two", [aClosure({ because: "NOTHING_ASKED" })], { kind: "NON_DISCHARGE" });
    await add("old", [aClosure({ at: ago(40) })]);
    await add("gone", [aClosure()], { state: "MERGED", mergedInto: "one" });
    await visitor.signIn("supervisor");
    const { text, html } = await visitor.get("/closures");
    expect(shownIn(html)).toEqual(["one", "two", "one", "one"]);
    expect(text).toContain("Reopened : the verdict was revised");
    expect(text).toContain("Closed : nothing is asked of anybody");
  });

  it("says when there was nothing, and when there was more", async () => {
    await visitor.signIn("oversight");
    expect((await visitor.get("/closures")).text).toContain(
      "Nothing was closed or reopened in the last 28 days.",
    );
    for (let index = 0; index < 11; index += 1) await add(`i-${index}`, [aClosure({ at: ago(index / 100) })]);
    expect((await visitor.get("/")).text).toContain("These are the 10 latest.");
    expect(shownIn((await visitor.get("/closures")).html)).toHaveLength(11);
  });

  it("leaves out a use that may be the reader's own: one that closed by itself would tell what was found", async () => {
    await add("own", [aClosure()], { officerIds: ["P-2001"] });
    await visitor.signIn("supervisor");
    const { text } = await visitor.get("/closures");
    expect(text).toContain("Nothing was closed or reopened");
    await visitor.signIn("supervisor2");
    expect(shownIn((await visitor.get("/closures")).html)).toEqual(["own"]);
  });

  it("is a look that is on record", async () => {
    await visitor.signIn("admin");
    await visitor.get("/closures");
    expect((await under.repositories.custody.all(LISTS)).map(({ who, what }) => [who, what])).toEqual([
      ["a-1", "opened the list of what was closed and reopened"],
    ]);
  });

  it("is shown although one record cannot be read", async () => {
    await add("good", [aClosure()]);
    await add("bad", [aClosure()]);
    await spoilIncident(under.records, "bad", "2026-11-21T21:08:00.000Z");
    await visitor.signIn("oversight");
    const { status, text, html } = await visitor.get("/closures");
    expect([status, shownIn(html)]).toEqual([200, ["good"]]);
    expect(text).toContain("1 record cannot be read");
  });
});

describe("an accepted explanation", () => {
  const at = NOW.toISOString();
  const record: Partial<IncidentRecord> = {
    state: "OPEN",
    explanation: { code: "IMMEDIATE_DANGER", text: "A knife.", by: "p-1", at },
    decision: {
      accept: true,
      reason: "Plain",
      proposedBy: "s-1",
      proposedAt: at,
      approval: { approve: true, reason: "Yes", by: "s-2", at },
    },
  };

  it("stands beside the outcome wherever that is listed, and never in its place", async () => {
    await storeIncident(under, { record });
    await visitor.signIn("supervisor");
    for (const path of ["/", "/incidents", "/search?from=2026-11-21"]) {
      const { html } = await visitor.get(path);
      expect([path, html]).toEqual([
        path,
        expect.stringContaining(
          '<b class="c-orange">Partly recorded</b><br>Explanation accepted: immediate danger',
        ),
      ]);
    }
    const { body } = await under.asPerson("supervisor", "GET", "/v1/incidents");
    expect(body.incidents[0]).toMatchObject({
      outcome: "PARTLY_RECORDED",
      explanationAccepted: "IMMEDIATE_DANGER",
    });
  });

  it("stands beside it on the incident's page, in print too", async () => {
    await storeIncident(under, { record });
    await visitor.signIn("supervisor");
    const { html, text } = await visitor.get(INCIDENT_PAGE);
    const beside =
      "Two supervisors accepted an explanation: immediate danger. The fact stays: partly recorded. Both are counted.";
    expect(text).toContain(beside);
    expect(html.slice(0, html.indexOf(beside))).not.toContain('<section class="no-print">');
  });

  it("is none while a proposal waits, or was refused", async () => {
    const { approval: _, ...proposal } = record.decision ?? {};
    await storeIncident(under, { record: { ...record, decision: proposal as typeof record.decision } });
    await visitor.signIn("supervisor");
    for (const path of ["/", "/incidents", INCIDENT_PAGE]) {
      expect((await visitor.get(path)).text).not.toMatch(/Explanation accepted|accepted an explanation/);
    }
  });
});
