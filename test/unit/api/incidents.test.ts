import { beforeEach, describe, expect, it } from "vitest";
import { incidentAnswer, incidentListAnswer } from "#contracts/answers.ts";
import { DependencyUnavailableError } from "#contracts/errors.ts";
import { verdictInputsKey } from "#contracts/evidence-keys.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import {
  type ApiUnderTest,
  createApiUnderTest,
  NOW,
  type PersonName,
  people,
} from "#test/support/api-under-test.ts";
import { aDeclaration } from "#test/support/footage-builders.ts";
import {
  anAlert,
  anIncident,
  aReport,
  aVerdict,
  INCIDENT_ID,
  OCCURRED_AT,
} from "#test/support/lifecycle-builders.ts";

const PATH = `/v1/incidents/${INCIDENT_ID}`;
const DIGEST = "d".repeat(64);
const DECIDED_AT = aVerdict().decidedAt;
const occurredMs = Date.parse(OCCURRED_AT);
const SPAN = { fromMs: occurredMs - 60_000, toMs: occurredMs + 60_000 };
const REFERENCE = "CAD 1234/21NOV26";
const SECRET_WORDS = "He told me his name was Adebayo";

let under: ApiUnderTest;

/** An unrecorded discharge of P-1001 that was alerted an hour ago, with a report. */
beforeEach(async () => {
  under = createApiUnderTest();
  await addIncident({
    reportIds: ["UOF-1"],
    incidentRefs: [REFERENCE],
    state: "OPEN",
    outcome: "UNRECORDED",
  });
  const verdict = aVerdict({
    outcome: "UNRECORDED",
    inputsDigest: DIGEST,
    officerId: "P-1001",
    findings: [{ code: "NO_FOOTAGE", detail: `No footage is linked by ${REFERENCE}.` }],
  });
  await under.repositories.verdicts.putVersion(INCIDENT_ID, { verdict, owes: [] });
  await under.repositories.alerts.record(
    anAlert(
      { type: "UNRECORDED_DISCHARGE", version: 1, level: 1 },
      { sentAt: new Date(NOW.getTime() - 3_600_000), verdict },
    ),
  );
  const report = aReport({ subjectConduct: SECRET_WORDS, incidentRef: REFERENCE });
  await under.repositories.reports.putRevision(
    { report, receivedAt: "2026-11-21T23:00:00.000Z", receivedFrom: "GW-1" },
    [OCCURRED_AT],
  );
});

function addIncident(fields: Partial<IncidentRecord> = {}) {
  return under.repositories.incidents.create(anIncident({ officerIds: ["P-1001"], ...fields }), SPAN);
}
const get = (who: PersonName, path = PATH) => under.asPerson(who, "GET", path);
const post = (who: PersonName, act: string, body: unknown = {}) =>
  under.asPerson(who, "POST", `${PATH}/${act}`, body);

async function custodyOf(incidentId = INCIDENT_ID) {
  return (await under.repositories.custody.all(incidentId)).map(({ who, what, why }) => [who, what, why]);
}

describe("an incident", () => {
  it("is answered with its verdicts, reports and alerts", async () => {
    const { status, body } = await get("supervisor");
    expect(status).toBe(200);
    expect(incidentAnswer.parse(body)).toMatchObject({
      incidentId: INCIDENT_ID,
      kind: "DISCHARGE",
      state: "OPEN",
      officerId: "P-1001",
      weaponSerial: "X12005BX7",
      borough: "Southwark",
      occurredAt: OCCURRED_AT,
      incidentRef: REFERENCE,
      drill: false,
      actions: ["fired"],
      verdict: { version: 1, outcome: "UNRECORDED" },
      verdicts: [{ version: 1 }],
      reports: [{ reportId: "UOF-1", subjectConduct: SECRET_WORDS, receivedAt: "2026-11-21T23:00:00.000Z" }],
      alerts: [{ type: "UNRECORDED_DISCHARGE", level: 1, sentAt: "2026-11-22T05:00:00.000Z" }],
    });
  });

  it("keeps every reading in its custody log before it is answered", async () => {
    await get("supervisor");
    await get("oversight");
    const custody = await get("admin", `${PATH}/custody`);
    expect(custody.body.custody.map(({ who, what }: { who: string; what: string }) => [who, what])).toEqual([
      ["s-1", "read"],
      ["o-1", "read"],
      ["a-1", "read the custody log"],
    ]);
    expect(custody.body.custody[1].previousHash).toBe(custody.body.custody[0].hash);
  });

  it("is 404 when there is none, on every route", async () => {
    const replies = [
      await get("supervisor", "/v1/incidents/i9"),
      await get("supervisor", "/v1/incidents/i9/custody"),
      await get("supervisor", "/v1/incidents/i9/verdicts/1/inputs"),
      await get("supervisor", `${PATH}/verdicts/2/inputs`),
      await under.asPerson("supervisor", "POST", "/v1/incidents/i9/acknowledgement"),
    ];
    for (const { status, body } of replies)
      expect([status, body.type]).toEqual([404, "urn:witnessed:problem:not-found"]);
  });

  it("gives the inputs of a verdict byte for byte", async () => {
    const document = `{"format":"witnessed.judgement-inputs.1",  "incidentRef": "${REFERENCE}" }`;
    under.evidence.store(
      verdictInputsKey({ incidentId: INCIDENT_ID, digest: DIGEST, decidedAt: DECIDED_AT }),
      new TextEncoder().encode(document),
    );
    const response = await under.api.request(`${PATH}/verdicts/1/inputs`, {
      headers: { authorization: "Bearer admin" },
    });
    expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
      200,
      "application/json",
      document,
    ]);
    expect((await get("oversight", `${PATH}/verdicts/1/inputs`)).body).toEqual({
      format: "witnessed.judgement-inputs.1",
    });
  });
});

describe("oversight", () => {
  it("sees everything but names, free text, references and positions", async () => {
    await post("officer", "explanation", { code: "CAMERA_FAULT", text: SECRET_WORDS });
    await post("supervisor", "decision", { accept: true, reason: SECRET_WORDS });
    const { body } = await get("oversight");
    expect(incidentAnswer.parse(body)).toMatchObject({
      verdict: { outcome: "UNRECORDED", findings: [{ detail: "No footage is linked by [removed]." }] },
      explanation: { code: "CAMERA_FAULT" },
      decision: { accept: true },
      alerts: [{ type: "UNRECORDED_DISCHARGE" }],
    });
    const everything = JSON.stringify([
      body,
      (await get("oversight", `${PATH}/custody`)).body,
      (await get("oversight", "/v1/incidents")).body,
    ]);
    for (const hidden of [SECRET_WORDS, REFERENCE, "s-1", "p-1", "collar"])
      expect(everything).not.toContain(hidden);
  });
});

describe("the list", () => {
  beforeEach(async () => {
    for (const hour of [1, 2, 3, 4]) {
      const occurredAt = new Date(occurredMs + hour * 3_600_000).toISOString();
      await addIncident({
        incidentId: `i${hour}`,
        occurredAt,
        ...(hour % 2 ? { kind: "TEST", borough: "Camden" } : {}),
      });
    }
  });
  const ids = async (query = "") => {
    const { body } = await get("supervisor", `/v1/incidents${query}`);
    return incidentListAnswer.parse(body).incidents.map(({ incidentId }) => incidentId);
  };

  it("is newest first and leaves no entry in custody logs", async () => {
    expect(await ids()).toEqual(["i4", "i3", "i2", "i1", INCIDENT_ID]);
    expect(await custodyOf()).toEqual([]);
  });

  it("gives the latest verdict with each line", async () => {
    const { body } = await get("supervisor", "/v1/incidents?outcome=UNRECORDED");
    expect(body.incidents).toMatchObject([
      { incidentId: INCIDENT_ID, outcome: "UNRECORDED", verdict: { version: 1 } },
    ]);
  });

  it.each([
    ["?kind=TEST", ["i3", "i1"]],
    ["?kind=TEST&borough=Southwark", []],
    ["?state=OPEN", [INCIDENT_ID]],
    ["?priority=high", []],
    ["?from=2026-11-21T23:08:00Z", ["i4", "i3", "i2"]],
    ["?from=2026-11-21T23:08:00&to=2026-11-22T00:08:00", ["i2"]],
    ["?limit=1&kind=DISCHARGE", ["i4"]],
  ])("finds by %s", async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  it("goes on behind its cursor, filtered or not, without losing or repeating any", async () => {
    for (const filter of ["", "&kind=TEST"]) {
      const seen: string[] = [];
      let cursor = "";
      do {
        const { body } = await get("supervisor", `/v1/incidents?limit=1${filter}${cursor}`);
        seen.push(...body.incidents.map(({ incidentId }: { incidentId: string }) => incidentId));
        cursor = body.cursor ? `&cursor=${body.cursor}` : "";
      } while (cursor);
      expect(seen).toEqual(filter ? ["i3", "i1"] : ["i4", "i3", "i2", "i1", INCIDENT_ID]);
    }
  });

  it.each([
    "state=open",
    "outcome=X",
    "limit=201",
    "from=yesterday",
    "from=2026-03-29T01:30:00",
    "cursor=%21",
    "officer=P-1",
  ])("refuses %s and names it", async (query) => {
    const { status, body } = await get("supervisor", `/v1/incidents?${query}`);
    expect([status, body.type]).toEqual([400, "urn:witnessed:problem:invalid-request"]);
    expect(body.errors[0].pointer).toBe(`/${query.split("=")[0]}`);
  });
});

describe("an act that ended between its record and its custody entry", () => {
  const proposal = { accept: true, reason: "The camera was at the workshop." };
  const acts: [act: string, body: object, what: string, why: string | undefined][] = [
    ["acknowledgement", {}, "acknowledged", undefined],
    ["explanation-requests", { code: "OTHER", text: "Why?" }, "asked for an explanation", "Why?"],
    ["explanation", { code: "OTHER", text: "It broke." }, "explained (OTHER)", "It broke."],
    ["decision", proposal, "proposed to accept the explanation", proposal.reason],
    ["holds", { action: "place", reason: "Complaint" }, "placed a hold", "Complaint"],
  ];

  it.each(acts)("is in the custody log once the person repeats it: %s", async (act, body, what, why) => {
    const { custody } = under.repositories;
    const dying = { ...custody, appendOnce: () => Promise.reject(new DependencyUnavailableError("killed")) };
    const killed = createApiUnderTest({ ...under.repositories, custody: dying });
    expect((await killed.asPerson("supervisor", "POST", `${PATH}/${act}`, body)).status).toBe(503);
    expect(await custodyOf()).toEqual([]);
    under.wait(60_000);
    for (let time = 1; time <= 2; time += 1) expect((await post("supervisor", act, body)).status).toBe(200);
    expect(await custodyOf()).toEqual([["s-1", what, why]]);
    expect((await custody.all(INCIDENT_ID))[0]?.at).toBe(NOW.toISOString());
  });

  it("names the one who repeats it, whoever acted since", async () => {
    await post("supervisor", "acknowledgement");
    under.wait(1000);
    await post("supervisor2", "acknowledgement");
    await post("supervisor", "acknowledgement");
    expect(await custodyOf()).toEqual([
      ["s-1", "acknowledged", undefined],
      ["s-2", "acknowledged", undefined],
    ]);
  });
});

describe("an acknowledgement", () => {
  it("answers the incident, is kept in custody and starts an evaluation", async () => {
    const { status, body } = await post("supervisor", "acknowledgement");
    expect([status, body.state]).toEqual([200, "ACKNOWLEDGED"]);
    expect(body.acknowledgements).toEqual([{ by: "s-1", at: NOW.toISOString() }]);
    expect(await custodyOf()).toEqual([["s-1", "acknowledged", undefined]]);
    expect(under.started).toEqual([
      { incidentId: INCIDENT_ID, cause: `acknowledgement-${NOW.toISOString()}` },
    ]);
  });

  it("needs no body, and repeated changes nothing until something new was sent", async () => {
    const bare = { method: "POST", headers: { authorization: "Bearer supervisor" } };
    expect((await under.send(`${PATH}/acknowledgement`, bare)).status).toBe(200);
    under.wait(60_000);
    expect((await post("supervisor", "acknowledgement")).body.acknowledgements).toHaveLength(1);
    await under.repositories.alerts.record(
      anAlert(
        { type: "UNREPORTED_DISCHARGE", version: 1, level: 1 },
        { sentAt: new Date(NOW.getTime() + 60_000) },
      ),
    );
    under.wait(60_000);
    expect((await post("supervisor", "acknowledgement")).body.acknowledgements).toHaveLength(2);
    expect(new Set(under.started.map(({ cause }) => cause)).size).toBe(2);
  });

  it("takes no fields", async () => {
    expect((await post("supervisor", "acknowledgement", { text: "x" })).body.errors).toEqual([
      { pointer: "/text", detail: expect.any(String) },
    ]);
  });
});

describe("an explanation", () => {
  const words = { code: "CAMERA_FAULT", text: SECRET_WORDS };

  it("can be asked for by a supervisor", async () => {
    const request = { code: "OTHER", text: "Why was the camera off?" };
    const { status, body } = await post("supervisor", "explanation-requests", request);
    expect([status, body.explanationRequests]).toEqual([
      200,
      [{ ...request, by: "s-1", at: NOW.toISOString() }],
    ]);
    expect((await post("supervisor", "explanation-requests", request)).body.explanationRequests).toHaveLength(
      1,
    );
  });

  it("of the officer shows them the questions and their own words, nothing else", async () => {
    await post("supervisor", "explanation-requests", { code: "OTHER", text: "Why?" });
    const { status, body } = await post("officer", "explanation", words);
    expect([status, body]).toEqual([
      200,
      {
        incidentId: INCIDENT_ID,
        explanationRequests: [{ code: "OTHER", text: "Why?", at: NOW.toISOString() }],
        explanation: { ...words, at: NOW.toISOString() },
      },
    ]);
  });

  it("never changes the outcome, and every wording stays in the custody log", async () => {
    await post("officer", "explanation", words);
    const { body } = await post("supervisor", "explanation", { code: "OTHER", text: "Another view" });
    expect(body).toMatchObject({
      verdict: { outcome: "UNRECORDED" },
      explanation: { by: "s-1", text: "Another view" },
    });
    expect(await custodyOf()).toEqual([
      ["p-1", "explained (CAMERA_FAULT)", SECRET_WORDS],
      ["s-1", "explained (OTHER)", "Another view"],
    ]);
  });

  it("is refused from an officer whose use it is not", async () => {
    await addIncident({ incidentId: "i2", officerIds: ["P-9"] });
    const reply = await under.asPerson("officer", "POST", "/v1/incidents/i2/explanation", words);
    expect([reply.status, reply.body.type]).toEqual([403, "urn:witnessed:problem:not-allowed"]);
  });

  it("needs one of the known codes", async () => {
    const reply = await post("officer", "explanation", { code: "BORED", text: " " });
    expect(reply.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(["/code", "/text"]);
  });
});

describe("a decision", () => {
  const proposal = { accept: true, reason: "The camera was at the workshop.", kind: "UNINTENTIONAL" };
  const approval = { approve: true, reason: "Checked." };

  it("is proposed by one supervisor and approved by another", async () => {
    expect((await post("supervisor", "decision", proposal)).body.state).toBe("DECISION_PROPOSED");
    const { status, body } = await post("supervisor2", "decision", approval);
    expect([status, body.state]).toEqual([200, "CLOSED"]);
    expect(body.decision).toMatchObject({
      ...proposal,
      proposedBy: "s-1",
      approval: { ...approval, by: "s-2", at: NOW.toISOString() },
    });
    expect(body.verdict.outcome).toBe("UNRECORDED");
  });

  it("cannot be approved by its author", async () => {
    await post("supervisor", "decision", proposal);
    const reply = await post("supervisor", "decision", approval);
    expect([reply.status, reply.body.type]).toEqual([403, "urn:witnessed:problem:not-allowed"]);
  });

  it("cannot be approved before it is proposed, twice, or proposed over another", async () => {
    expect((await post("supervisor2", "decision", approval)).status).toBe(409);
    await post("supervisor", "decision", proposal);
    expect((await post("supervisor", "decision", proposal)).status).toBe(200);
    expect((await post("supervisor2", "decision", { ...proposal, accept: false })).status).toBe(409);
    await post("supervisor2", "decision", approval);
    expect((await post("supervisor2", "decision", approval)).status).toBe(200);
    expect((await post("supervisor2", "decision", { ...approval, approve: false })).status).toBe(409);
    expect((await post("supervisor", "decision", { ...proposal, reason: "Other." })).status).toBe(409);
  });

  it("can be proposed anew after it was refused", async () => {
    await post("supervisor", "decision", proposal);
    await post("supervisor2", "decision", { approve: false, reason: "No record of it." });
    const again = await post("supervisor", "decision", { accept: false, reason: "Agreed." });
    expect([again.status, again.body.decision.approval]).toEqual([200, undefined]);
  });

  it("is nothing for the officer whose use it is", async () => {
    await addIncident({ incidentId: "i2", officerIds: [people.supervisor.officerId] });
    for (const [act, body] of [
      ["decision", proposal],
      ["acknowledgement", {}],
      ["explanation-requests", { code: "OTHER", text: "x" }],
      ["holds", { action: "release", reason: "x" }],
    ] as const) {
      const reply = await under.asPerson("supervisor", "POST", `/v1/incidents/i2/${act}`, body);
      expect([act, reply.status]).toEqual([act, 403]);
    }
  });

  it("is a proposal or an approval, not both", async () => {
    const reply = await post("supervisor", "decision", { ...approval, accept: true });
    expect([reply.status, reply.body.errors.length]).toEqual([400, 1]);
  });
});

describe("a confirmation", () => {
  async function footageOf(kind: "fixed" | "body-worn") {
    const device = { serial: `CAM-${kind}`, kind };
    const declaration = aDeclaration({ camera: device });
    const { footageRecord } = await import("#contracts/footage.ts");
    const record = footageRecord.parse({
      footageId: `f-${kind}`,
      declaration,
      duplicateNumber: false,
      declaredAt: NOW.toISOString(),
      declaredBy: "GW-1",
      objectKey: `footage/${kind}`,
      urlsExpireAt: NOW.toISOString(),
      state: "ACCEPTED",
    });
    await under.repositories.footage.create(record, SPAN);
    return record.footageId;
  }

  it("says that a fixed camera shows the event, once", async () => {
    const request = { footageId: await footageOf("fixed"), shows: true, reason: "Seen on screen 2." };
    const { status, body } = await post("supervisor", "confirmations", request);
    expect([status, body.confirmations]).toEqual([200, [{ ...request, by: "s-1", at: NOW.toISOString() }]]);
    expect((await post("supervisor", "confirmations", request)).body.confirmations).toHaveLength(1);
    const denied = { ...request, shows: false, reason: "Wrong street." };
    expect((await post("supervisor", "confirmations", denied)).body.confirmations).toHaveLength(2);
  });

  it("is refused for body-worn and unknown footage", async () => {
    for (const footageId of [await footageOf("body-worn"), "f0"]) {
      const reply = await post("supervisor", "confirmations", { footageId, shows: true, reason: "x" });
      expect([reply.status, reply.body.errors[0].pointer]).toEqual([400, "/footageId"]);
    }
  });
});

describe("an incident that was merged into another", () => {
  it("is read, but acted on where it went", async () => {
    await addIncident({ incidentId: "i2", mergedInto: INCIDENT_ID, state: "MERGED" });
    expect((await get("supervisor", "/v1/incidents/i2")).body).toMatchObject({
      state: "MERGED",
      mergedInto: INCIDENT_ID,
    });
    const reply = await under.asPerson("supervisor", "POST", "/v1/incidents/i2/acknowledgement");
    expect([reply.status, reply.body.detail]).toEqual([409, expect.stringContaining(INCIDENT_ID)]);
  });
});

describe("a hold", () => {
  it("is placed and released with a reason, each act starting its own evaluation", async () => {
    await post("supervisor", "holds", { action: "place", reason: "Complaint." });
    under.wait(1000);
    await post("supervisor", "holds", { action: "release", reason: "Withdrawn." });
    under.wait(1000);
    const { body } = await post("supervisor", "holds", { action: "place", reason: "Complaint." });
    expect(body.holds.map(({ action }: { action: string }) => action)).toEqual(["place", "release", "place"]);
    expect(new Set(under.started.map(({ cause }) => cause)).size).toBe(3);
    expect((await post("supervisor", "holds", { action: "place" })).status).toBe(400);
  });
});
