import { beforeEach, describe, expect, it } from "vitest";
import type { SweepReport } from "#contracts/sweep.ts";
import { type ApiUnderTest, createApiUnderTest, NOW } from "#test/support/api-under-test.ts";
import { createVisitor, type Visitor } from "#test/support/console-visitor.ts";
import { anIncident } from "#test/support/lifecycle-builders.ts";
import { LISTS } from "#use-cases/casework/list-open-incidents.ts";

const minutesAgo = (minutes: number): string => new Date(NOW.getTime() - minutes * 60_000).toISOString();

const aReport = (fields: Partial<SweepReport> = {}): SweepReport => ({
  at: minutesAgo(7),
  allAccountedFor: true,
  unaccounted: 0,
  restarted: 0,
  formed: 0,
  settled: 0,
  expired: 0,
  reopened: 0,
  probedAgain: 0,
  promised: { count: 0 },
  halfSent: { count: 0 },
  unread: { count: 0 },
  undeclared: { count: 0 },
  gone: { count: 0 },
  failures: [],
  ...fields,
});

let under: ApiUnderTest;
let visitor: Visitor;

beforeEach(async () => {
  under = createApiUnderTest();
  visitor = createVisitor(under);
  await visitor.signIn("supervisor");
});

describe("what is accounted for", () => {
  it("is told in words, with how long ago it was looked at", async () => {
    await under.repositories.sweeps.writeReport(aReport());
    const { text } = await visitor.get("/accounted-for");
    expect(text).toContain(
      "All is accounted for Everything was looked at 7 minutes ago, Sun 22 Nov 2026, 05:53:00",
    );
    expect(text).toContain("Clips that were declared and have not come None");
    expect(text).toContain("Nothing had to be.");
    expect(text).not.toContain("Warning");
  });

  it("names what waits with its age, what failed, what nobody declared and what was brought forward", async () => {
    const oldest = { id: "f-CAM-1", since: minutesAgo(180), ageSeconds: 180 * 60 };
    await under.repositories.sweeps.writeReport(
      aReport({
        allAccountedFor: false,
        unaccounted: 2,
        restarted: 3,
        promised: { count: 4, oldest },
        failures: [{ what: "footageId f-9", since: minutesAgo(90), error: "CorruptRecordError" }],
      }),
    );
    const objectKey = "<script>alert(1)</script>";
    const storedAt = minutesAgo(60 * 24 * 3);
    await under.repositories.undeclared.note({ objectKey, bytes: 12, storedAt, foundAt: minutesAgo(5) });
    const { text, html } = await visitor.get("/accounted-for");
    expect(text).toContain("2 things are not accounted for");
    expect(text).toContain("Clips that were declared and have not come 4 f-CAM-1 for 3 hours, since");
    expect(text).toContain("footageId f-9 : CorruptRecordError, since");
    expect(text).toContain("12 3 days ago, Thu 19 Nov 2026");
    expect(text).toContain("3 incidents looked at again that were overdue");
    expect(html).not.toContain("<script");
  });

  it("warns when nobody has looked for three quarters of an hour, and says when nobody ever has", async () => {
    expect((await visitor.get("/accounted-for")).text).toContain("Nothing can be said yet");
    await under.repositories.sweeps.writeReport(aReport({ at: minutesAgo(46) }));
    expect((await visitor.get("/accounted-for")).text).toContain("was not: tell those who run the service");
  });

  it("is a look that is on record", async () => {
    await visitor.get("/accounted-for");
    expect((await under.repositories.custody.all(LISTS)).map(({ who, what }) => [who, what])).toEqual([
      ["s-1", "read what is accounted for"],
    ]);
  });

  it("is led to from the empty queue and from the foot of each page, for those who may read it", async () => {
    const record = anIncident({ state: "CLOSED" });
    await under.repositories.incidents.create(record, { fromMs: 0, toMs: 1 });
    const links = async () => (await visitor.get("/")).html.split('href="/accounted-for"').length - 1;
    expect(await links()).toBe(2);
    await visitor.signIn("oversight");
    expect(await links()).toBe(0);
  });

  it("keeps the empty queue from saying that all is", async () => {
    await under.repositories.incidents.create(anIncident({ state: "CLOSED" }), { fromMs: 0, toMs: 1 });
    await under.repositories.sweeps.writeReport(aReport({ allAccountedFor: false, unaccounted: 1 }));
    const { text } = await visitor.get("/");
    expect(text).toContain("Nothing is open, but 1 thing is not accounted for");
    expect(text).not.toContain("All is accounted for");
  });
});
