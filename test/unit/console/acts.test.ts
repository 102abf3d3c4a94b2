import { beforeEach, describe, expect, it } from "vitest";
import type { IncidentRecord } from "#contracts/incident.ts";
import { type ApiUnderTest, createApiUnderTest, NOW, type PersonName } from "#test/support/api-under-test.ts";
import { FIXED_CLIP, INCIDENT_PAGE, storeIncident } from "#test/support/console-incident.ts";
import { createVisitor, hiddenFields, type Shown, type Visitor } from "#test/support/console-visitor.ts";
import { INCIDENT_ID } from "#test/support/lifecycle-builders.ts";

let under: ApiUnderTest;

beforeEach(async () => {
  under = createApiUnderTest();
  await storeIncident(under);
});

async function visitorAs(who: PersonName): Promise<Visitor> {
  const visitor = createVisitor(under);
  await visitor.signIn(who);
  return visitor;
}

const submit = (visitor: Visitor, act: string, fields?: Readonly<Record<string, string>>): Promise<Shown> =>
  visitor.submit(INCIDENT_PAGE, `${INCIDENT_PAGE}/${act}`, fields);

async function record(): Promise<IncidentRecord> {
  const stored = await under.repositories.incidents.read(INCIDENT_ID);
  if (!stored) throw new Error("the incident is gone");
  return stored.record;
}

/** The form of an act as it stands on a page that was opened before something else happened. */
async function openedForm(visitor: Visitor, act: string) {
  const { html } = await visitor.get(INCIDENT_PAGE);
  return hiddenFields(html, `${INCIDENT_PAGE}/${act}`);
}

const acts = [
  ["acknowledge", {}, { acknowledgements: [{ by: "s-1" }] }],
  [
    "ask",
    { code: "FORGOT", text: "Why?" },
    { explanationRequests: [{ code: "FORGOT", text: "Why?", by: "s-1" }] },
  ],
  [
    "explain",
    { code: "BATTERY", text: "Flat." },
    { explanation: { code: "BATTERY", text: "Flat.", by: "s-1" } },
  ],
  [
    "propose",
    { accept: "no", reason: "Not enough.", kind: "UNINTENTIONAL" },
    { decision: { accept: false, reason: "Not enough.", kind: "UNINTENTIONAL", proposedBy: "s-1" } },
  ],
  [
    "confirm",
    { footageId: FIXED_CLIP, shows: "yes", reason: "He is in sight." },
    { confirmations: [{ footageId: FIXED_CLIP, shows: true, by: "s-1" }] },
  ],
  ["hold", { reason: "A complaint." }, { holds: [{ action: "place", reason: "A complaint.", by: "s-1" }] }],
] as const;

describe("what a supervisor does on an incident's page", () => {
  it.each(acts)(
    "%s is recorded, logged, and said on the page that follows",
    async (act, fields, expected) => {
      const visitor = await visitorAs("supervisor");
      const sent = await submit(visitor, act, fields);
      expect([sent.status, sent.location]).toEqual([303, `${INCIDENT_PAGE}?done=${act}`]);
      expect(await record()).toMatchObject(expected);
      const after = await visitor.get(sent.location ?? "");
      expect(after.html).toContain("govuk-notification-banner--success");
      const custody = await under.repositories.custody.all(INCIDENT_ID);
      expect(custody.filter(({ who, what }) => who === "s-1" && what !== "read")).toHaveLength(1);
      expect(under.started.map(({ incidentId }) => incidentId)).toEqual([INCIDENT_ID]);
    },
  );

  it("a decision stands once another supervisor has approved it", async () => {
    const [first, second] = [await visitorAs("supervisor"), await visitorAs("supervisor2")];
    await submit(first, "propose", { accept: "yes", reason: "No time." });
    expect((await first.get(INCIDENT_PAGE)).html).not.toContain(`action="${INCIDENT_PAGE}/approve"`);
    const approved = await submit(second, "approve", { approve: "yes", reason: "So it was." });
    expect(approved.status).toBe(303);
    expect((await record()).decision?.approval).toMatchObject({ approve: true, by: "s-2" });
    const { html } = await second.get(INCIDENT_PAGE);
    for (const act of ["propose", "approve", "ask"]) expect(html).not.toContain(`${INCIDENT_PAGE}/${act}"`);
  });

  it("the author of a proposal cannot approve it, whatever form they send", async () => {
    const first = await visitorAs("supervisor");
    await submit(first, "propose", { accept: "yes", reason: "No time." });
    const fields = await openedForm(first, "hold");
    const refused = await first.post(`${INCIDENT_PAGE}/approve`, {
      ...fields,
      approve: "yes",
      reason: "Mine",
    });
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining("another supervisor")]);
    expect((await record()).decision?.approval).toBeUndefined();
  });

  it("releases a hold that is on", async () => {
    const visitor = await visitorAs("supervisor");
    await submit(visitor, "hold", { reason: "A complaint." });
    expect((await visitor.get(INCIDENT_PAGE)).text).toContain("Release the hold");
    await submit(visitor, "hold", { reason: "Withdrawn." });
    expect((await record()).holds.map(({ action }) => action)).toEqual(["place", "release"]);
  });

  it.each([
    ["ask", { code: "", text: "Why?" }, "ask-code", "Choose what it is about"],
    ["ask", { code: "FORGOT", text: "  " }, "ask-text", "Write it in a sentence or two"],
    [
      "explain",
      { code: "OTHER", text: "x".repeat(10_000) },
      "explain-text",
      "It may have 2000 characters; these are 10000",
    ],
    ["propose", { reason: "Because" }, "propose-accept", "Choose whether you accept the explanation"],
    [
      "confirm",
      { footageId: FIXED_CLIP, reason: "Seen" },
      "confirm-shows",
      "Choose whether it shows the event",
    ],
  ] as const)(
    "%s with a field missing comes back with what was typed, and records nothing",
    async (act, fields, id, detail) => {
      const before = await record();
      const back = await submit(await visitorAs("supervisor"), act, fields);
      expect(back.status).toBe(400);
      expect(back.html).toContain(`<a href="#${id}">${detail}</a>`);
      expect(back.html).toContain(`id="${id}"`);
      expect(back.html).toContain(`aria-describedby="${id}-error"`);
      expect(back.html).toContain('class="govuk-details act" open');
      const typed = "text" in fields ? fields.text : fields.reason;
      expect(back.html).toContain(`>\n${typed}</textarea>`);
      expect(await record()).toEqual(before);
    },
  );
});

describe("a form that was opened before the incident changed", () => {
  it("is refused with what changed, and with what was typed", async () => {
    const [first, second] = [await visitorAs("supervisor"), await visitorAs("supervisor2")];
    const old = await openedForm(first, "propose");
    await submit(second, "acknowledge");
    await submit(second, "propose", { accept: "no", reason: "Not enough." });
    const typed = { accept: "yes", reason: "He had no time at all." };
    const stale = await first.post(`${INCIDENT_PAGE}/propose`, { ...old, ...typed });
    expect(stale.status).toBe(409);
    expect(stale.text).toContain("Nothing was recorded: the incident has changed since you opened it.");
    expect(stale.text).toContain("s-2 acknowledged, Sun 22 Nov 2026, 06:00:00 GMT.");
    expect(stale.text).toContain("s-2 proposed a decision");
    expect((await record()).decision).toMatchObject({ proposedBy: "s-2" });
  });

  it("can be sent again at once: it comes back with what was typed and knows what changed", async () => {
    const [first, second] = [await visitorAs("supervisor"), await visitorAs("supervisor2")];
    const old = await openedForm(first, "ask");
    await submit(second, "acknowledge");
    const stale = await first.post(`${INCIDENT_PAGE}/ask`, { ...old, code: "BATTERY", text: "Was it flat?" });
    expect(stale.html).toContain(">\nWas it flat?</textarea>");
    expect((await record()).explanationRequests).toEqual([]);
    const fresh = hiddenFields(stale.html, `${INCIDENT_PAGE}/ask`);
    const sent = await first.post(`${INCIDENT_PAGE}/ask`, {
      ...fresh,
      code: "BATTERY",
      text: "Was it flat?",
    });
    expect(sent.status).toBe(303);
  });

  it("is refused when a new verdict came, and says which", async () => {
    const visitor = await visitorAs("supervisor");
    const old = await openedForm(visitor, "hold");
    const stored = await under.repositories.incidents.read(INCIDENT_ID);
    if (stored) {
      const revised = { ...stored.record, version: 2, outcome: "RECORDED" as const };
      await under.repositories.incidents.replace(revised, stored.revision);
    }
    const stale = await visitor.post(`${INCIDENT_PAGE}/hold`, { ...old, reason: "A complaint." });
    expect([stale.status, stale.text]).toEqual([
      409,
      expect.stringContaining("The verdict is now version 2: recorded."),
    ]);
  });

  it("is refused also when the change comes between the look and the write", async () => {
    const visitor = await visitorAs("supervisor");
    const old = await openedForm(visitor, "ask");
    const { incidents } = under.repositories;
    let meddled = false;
    const meddling = createApiUnderTestWith(under, async (incidentId) => {
      if (meddled) return;
      meddled = true;
      const stored = await incidents.read(incidentId);
      if (!stored) return;
      const acknowledgements = [{ by: "s-2", at: NOW.toISOString() }];
      await incidents.replace({ ...stored.record, acknowledgements }, stored.revision);
    });
    const other = createVisitor(meddling);
    for (const [name, value] of visitor.cookies) other.cookies.set(name, value);
    const stale = await other.post(`${INCIDENT_PAGE}/ask`, { ...old, code: "OTHER", text: "Why?" });
    expect(stale.status).toBe(409);
    expect((await record()).explanationRequests).toEqual([]);
  });

  it("is no reason to refuse the same person's second press", async () => {
    const visitor = await visitorAs("supervisor");
    const fields = await openedForm(visitor, "acknowledge");
    for (const _ of [1, 2]) {
      expect((await visitor.post(`${INCIDENT_PAGE}/acknowledge`, fields)).status).toBe(303);
    }
    expect((await record()).acknowledgements).toHaveLength(1);
  });
});

/** The same records and store behind another API, with somebody who writes just before each replacement. */
function createApiUnderTestWith(
  of: ApiUnderTest,
  before: (incidentId: string) => Promise<void>,
): ApiUnderTest {
  const { incidents } = of.repositories;
  return createApiUnderTest({
    ...of.repositories,
    evidence: of.evidence,
    incidents: {
      ...incidents,
      replace: async (changed, revision) => {
        await before(changed.incidentId);
        return incidents.replace(changed, revision);
      },
    },
  });
}

describe("the officer's own page", () => {
  beforeEach(async () => {
    const stored = await under.repositories.incidents.read(INCIDENT_ID);
    if (!stored) return;
    await under.repositories.incidents.replace({ ...stored.record, officerIds: ["P-1001"] }, stored.revision);
  });

  async function change(to: (of: IncidentRecord) => Partial<IncidentRecord>): Promise<void> {
    const stored = await under.repositories.incidents.read(INCIDENT_ID);
    if (!stored) return;
    await under.repositories.incidents.replace({ ...stored.record, ...to(stored.record) }, stored.revision);
  }

  it("takes the officer's explanation", async () => {
    const officer = await visitorAs("officer");
    const sent = await submit(officer, "explain", { code: "IMMEDIATE_DANGER", text: "A knife." });
    expect(sent.status).toBe(303);
    expect((await record()).explanation).toMatchObject({ text: "A knife.", by: "p-1" });
    expect((await officer.get(INCIDENT_PAGE)).text).toContain("A knife.");
  });

  it("takes an explanation over a verdict that came meanwhile, and tells nothing of it", async () => {
    for (const who of ["officer", "supervisor"] as const) {
      await change(({ version }) => ({ officerIds: ["P-1001", "P-2001"], version: version + 1 }));
      const visitor = await visitorAs(who);
      const old = await openedForm(visitor, "explain");
      await change(({ version }) => ({ outcome: "RECORDED", version: version + 1 }));
      const sent = await visitor.post(`${INCIDENT_PAGE}/explain`, { ...old, code: "OTHER", text: who });
      expect([who, sent.status]).toEqual([who, 303]);
    }
  });

  it("is told of new questions alone when its form comes too late, whoever is involved", async () => {
    const visitor = await visitorAs("officer");
    const old = await openedForm(visitor, "explain");
    await change(({ version }) => ({ outcome: "RECORDED", version: version + 1 }));
    const supervisor = await visitorAs("supervisor2");
    await submit(supervisor, "acknowledge");
    await submit(supervisor, "ask", { code: "FORGOT", text: "Was it on?" });
    const late = await visitor.post(`${INCIDENT_PAGE}/explain`, { ...old, code: "OTHER", text: "A knife." });
    expect([late.status, late.text]).toEqual([
      409,
      expect.stringContaining("A question was put to you, Sun"),
    ]);
    expect(late.html).not.toMatch(/verdict is now|version|acknowledged|s-2/);
    expect(late.html).toContain(">\nA knife.</textarea>");
  });

  it("comes back with what was typed when a field is missing", async () => {
    const back = await submit(await visitorAs("officer"), "explain", { code: "", text: "A knife." });
    expect([back.status, back.html]).toEqual([400, expect.stringContaining(">\nA knife.</textarea>")]);
    expect(back.text).toContain("Choose what it is about");
  });
});
