import { beforeEach, describe, expect, it } from "vitest";
import { type ApiUnderTest, createApiUnderTest, NOW } from "#test/support/api-under-test.ts";
import { aClip, anInputs } from "#test/support/build-inputs.ts";
import {
  colleagueClip,
  INCIDENT_PAGE,
  REFERENCE,
  someInputs,
  storeIncident,
} from "#test/support/console-incident.ts";
import { createVisitor, type Visitor } from "#test/support/console-visitor.ts";
import { INCIDENT_ID } from "#test/support/lifecycle-builders.ts";

let under: ApiUnderTest;
let visitor: Visitor;

beforeEach(() => {
  under = createApiUnderTest();
  visitor = createVisitor(under);
});

async function pageOf(who: Parameters<Visitor["signIn"]>[0]) {
  await visitor.signIn(who);
  return visitor.get(INCIDENT_PAGE);
}

const custody = async () =>
  (await under.repositories.custody.all(INCIDENT_ID)).map(({ who, what, why }) => [who, what, why]);

describe("an incident's page", () => {
  it("says first what is on video, then what to do and by when, then shows why", async () => {
    const verdict = await storeIncident(under);
    const { status, text, html } = await pageOf("supervisor");
    expect(status).toBe(200);
    expect(text).toContain("Taser discharge: partly recorded");
    expect(text).toContain(verdict.explanation);
    expect(text).toContain("Read and acknowledge, by Sun 22 Nov 2026, 09:00:00 GMT");
    expect(html).toContain(`action="${INCIDENT_PAGE}/acknowledge"`);
    expect(text).toContain("4711 (officer-1)");
    expect(text).toContain(REFERENCE);
    const order = ["partly recorded", "Next", "What was recorded", "Facts", "Findings", "What you can do"];
    const places = order.map((words) => text.indexOf(words, text.indexOf("What needs you", 200)));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it("draws the required time, the cycle and each camera, and names the missing seconds", async () => {
    await storeIncident(under);
    const { html } = await pageOf("supervisor");
    const picture = html.slice(html.indexOf("<figure"), html.indexOf("</figure>"));
    expect(picture).toContain('<svg width="100%"');
    expect(picture).toContain('aria-hidden="true"');
    expect(picture).toContain("25 s missing");
    expect(picture).toContain("video 40 s");
    expect(picture).toMatch(/class="doubt" fill="url\(#doubt\)"/);
    expect(picture).toContain("The officer&#39;s own camera X81234567");
    expect(picture).toContain("A fixed camera CCTV-1: does not count");
    expect(picture).toContain("21:07:30");
    expect(picture).not.toMatch(/style=|<script|onload/);
  });

  it("says the same in a table for those who cannot see the picture", async () => {
    await storeIncident(under);
    const { text } = await pageOf("supervisor");
    expect(text).toContain("Before the event 21:07:30 to 21:08:00 5 s of 30 s on video");
    expect(text).toContain("The event 21:08:00 to 21:08:05 All 5 s on video");
    expect(text).toContain("After the event 21:08:05 to 21:08:35 All 30 s on video");
    expect(text).toContain("Missing video 21:07:30 to 21:07:55 25 s missing");
    expect(text).toContain("No supervisor has confirmed that it shows the event.");
  });

  it("gives each finding in words, with the reason of its rule", async () => {
    await storeIncident(under);
    const { text } = await pageOf("supervisor");
    expect(text).toContain("The first 25 s of the required time are not on video.");
    expect(text).toContain(
      "The rule comes from: Dorset policy: start at the beginning of the encounter (§6).",
    );
  });

  it("tells what each version of the verdict changed", async () => {
    const first = await storeIncident(under);
    const { verdicts, incidents } = under.repositories;
    const second = { ...first, version: 2, outcome: "RECORDED" as const, findings: [] };
    await verdicts.putVersion(INCIDENT_ID, { verdict: second, owes: [] });
    const stored = await incidents.read(INCIDENT_ID);
    if (stored) await incidents.replace({ ...stored.record, version: 2 }, stored.revision);
    const { text } = await pageOf("supervisor");
    expect(text).toContain("The outcome: Partly recorded became Recorded.");
    expect(text).toContain("No longer: video begins after the required lead.");
    expect(text).toContain("The first verdict.");
  });

  it("keeps each look in the custody log with its reason, before anything is shown", async () => {
    await storeIncident(under);
    const { text } = await pageOf("supervisor");
    expect(await custody()).toEqual([["s-1", "read", "was alerted"]]);
    expect(text).toContain("s-1 read was alerted");
  });

  it("asks those who were not alerted for their reason, once a visit", async () => {
    await storeIncident(under);
    const asked = await pageOf("admin");
    expect(asked.text).toContain("Why are you looking at incidents today?");
    expect(asked.text).not.toContain("partly recorded");
    expect(await custody()).toEqual([]);
    expect((await visitor.submit(INCIDENT_PAGE, "/visit", { reason: " " })).status).toBe(400);
    const sent = await visitor.submit(INCIDENT_PAGE, "/visit", { reason: "Quarterly audit" });
    expect([sent.status, sent.location]).toEqual([303, INCIDENT_PAGE]);
    expect((await visitor.get(INCIDENT_PAGE)).text).toContain("partly recorded");
    expect((await visitor.get(INCIDENT_PAGE)).status).toBe(200);
    expect(await custody()).toEqual([
      ["a-1", "read", "Quarterly audit"],
      ["a-1", "read", "Quarterly audit"],
    ]);
  });

  it("asks a supervisor too where nobody was alerted", async () => {
    await storeIncident(under, { isAlerted: false });
    expect((await pageOf("supervisor")).text).toContain("Why are you looking");
  });

  it("shows oversight everything but names, free text, references and positions", async () => {
    await storeIncident(under, {
      report: {
        subjectConduct: "He is called Adebayo",
        absenceReason: { code: "OTHER", text: "He grabbed it" },
      },
      record: {
        explanationRequests: [{ code: "FORGOT", text: "Why, Tom?", by: "s-1", at: NOW.toISOString() }],
        holds: [{ action: "place", reason: "Complaint of Mr Adebayo", by: "s-1", at: NOW.toISOString() }],
      },
    });
    await visitor.signIn("oversight");
    await visitor.submit(INCIDENT_PAGE, "/visit", { reason: "Panel of Mrs Marsh" });
    const { text, status } = await visitor.get(INCIDENT_PAGE);
    expect(status).toBe(200);
    expect(text).toContain("partly recorded");
    expect(text).toContain("Southwark");
    expect(text).toContain("Asked about: forgot to record");
    expect(text).toContain("Southwark (street)");
    expect(text).toContain("Age band 18 to 34");
    expect(text).toContain("because: Something else");
    expect(text).not.toMatch(
      /Adebayo|undefined|grabbed|Tom|4711|CAD 1234|s-1|51\.5|Marsh'?s? panel|Panel of/,
    );
  });

  it("shows an officer the questions put to them and nothing of footage or verdict", async () => {
    await storeIncident(under, {
      record: {
        officerIds: ["P-1001"],
        explanationRequests: [{ code: "FORGOT", text: "Why was it off?", by: "s-1", at: NOW.toISOString() }],
      },
    });
    const shown = await pageOf("officer");
    expect([shown.status, shown.text]).toEqual([200, expect.stringContaining("Why was it off?")]);
    expect(shown.html).not.toMatch(/partly|<svg|X81234567|missing|s-1/i);
    expect(await custody()).toEqual([["p-1", "read the questions put to them", undefined]]);
    expect((await visitor.get("/")).html).toContain(`href="${INCIDENT_PAGE}"`);
  });

  it("tells an officer nothing of a use that is not theirs, not even that there is one", async () => {
    await storeIncident(under);
    const shown = await pageOf("officer");
    const none = await visitor.get("/incidents/i-none");
    expect([shown.status, none.status]).toEqual([404, 404]);
    expect(shown.html.replaceAll(INCIDENT_ID, "")).toBe(none.html.replaceAll("i-none", ""));
    expect(await custody()).toEqual([]);
  });

  it("shows a supervisor who may be the involved officer no more than an officer", async () => {
    await storeIncident(under, { record: { officerIds: ["P-2001"] } });
    const { text, html } = await pageOf("supervisor");
    expect(text).toContain("Your use of a Taser");
    expect(html).not.toMatch(/partly|<svg|approve|acknowledge/i);
    const list = await visitor.get("/");
    expect(list.text).toContain("A use of your own");
    expect(list.text).not.toContain("Partly recorded</b>");
  });

  it("stands the accepted explanation beside the fact", async () => {
    const at = NOW.toISOString();
    await storeIncident(under, {
      record: {
        state: "CLOSED",
        explanation: { code: "IMMEDIATE_DANGER", text: "A knife.", by: "p-1", at },
        decision: {
          accept: true,
          reason: "Plain",
          proposedBy: "s-1",
          proposedAt: at,
          approval: { approve: true, reason: "Yes", by: "s-2", at },
        },
      },
    });
    const { text } = await pageOf("supervisor");
    expect(text).toContain("Taser discharge: partly recorded");
    expect(text).toContain("The fact stays: partly recorded. Both are counted.");
    expect(text).toContain("Explanation: immediate danger");
  });

  it("leads from an incident that was merged to the one that stayed", async () => {
    await storeIncident(under, { record: { state: "MERGED", mergedInto: "i-other" } });
    const { html } = await pageOf("supervisor");
    expect(html).toContain('href="/incidents/i-other"');
    expect(html).not.toContain(`action="${INCIDENT_PAGE}`);
  });

  it("says why other cameras do not count", async () => {
    const footage = [
      colleagueClip(),
      aClip({ declaration: { recordingId: "R-2" }, record: { state: "EXPIRED" } }),
      aClip({ camera: { serial: "V-1", kind: "vehicle" }, record: { state: "REJECTED" } }),
    ];
    await storeIncident(under, { inputs: someInputs({ footage }) });
    const { text } = await pageOf("supervisor");
    expect(text).toContain("Nothing links it to this event.");
    expect(text).toContain("It was declared and has not come.");
    expect(text).toContain("It came and cannot be used.");
  });

  it("draws nothing for a test, and says so of an incident that is not judged yet", async () => {
    await storeIncident(under, { inputs: anInputs({ incident: { decidedKind: "TEST" } }) });
    expect((await pageOf("supervisor")).html).not.toContain("<figure");
    expect((await visitor.get(INCIDENT_PAGE)).text).toContain("no video needed");
  });

  it("is never kept by a browser, runs nothing and goes nowhere else", async () => {
    await storeIncident(under);
    const { headers, html } = await pageOf("supervisor");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(html).not.toMatch(/<script|<style| style=| on\w+=|javascript:|http:\/\/|<img/i);
  });
});
