import { beforeEach, describe, expect, it } from "vitest";
import {
  type ApiUnderTest,
  aDevice,
  createApiUnderTest,
  type TestDevice,
} from "#test/support/api-under-test.ts";

let under: ApiUnderTest;
let gateway: TestDevice;

beforeEach(async () => {
  under = createApiUnderTest();
  gateway = aDevice("GW-1");
  await under.register(gateway);
});

const aLog = (fields: object = {}) => ({
  weapon: { serial: "X12005BX7", model: "TASER 7" },
  clock: { deviceClock: "2026-11-22T06:00:00Z", gatewayClock: "2026-11-22T06:00:00Z" },
  events: [
    { seq: 4101, at: "2026-11-21T21:07:50Z", type: "armed", batteryPercent: 81 },
    {
      seq: 4102,
      at: "2026-11-21T21:08:00Z",
      type: "trigger",
      durationSeconds: 5,
      cartridge: { serial: "C7H001", kind: "live", deployed: true },
    },
    { seq: 4103, at: "2026-11-21T21:08:30Z", type: "safe" },
  ],
  ...fields,
});

const aReportBody = (fields: object = {}) => ({
  reportId: "UOF-1",
  officerId: "P-1001",
  weaponSerial: "X12005BX7",
  statedAt: "2026-11-21T21:08:00Z",
  actions: ["fired"],
  outcomeIntent: "intended",
  borough: "Lambeth",
  locationType: "street",
  singleCrewed: "no",
  bodyWornVideo: "yes",
  subject: { ageBand: "18-34", under18: "no", gender: "male", ethnicity: "not-stated", mentalHealth: "no" },
  ...fields,
});

const postLog = (body: object) => under.asDevice(gateway, "POST", "/v1/weapon-logs", body);
const postReport = (body: object) => under.asDevice(gateway, "POST", "/v1/reports", body);
const pointers = (reply: { body: { errors: { pointer: string }[] } }) =>
  reply.body.errors.map(({ pointer }) => pointer);

describe("a weapon log", () => {
  it("is taken by 202 with the incidents made of it, and repeated by 200 with the same", async () => {
    const first = await postLog(aLog());
    expect(first).toMatchObject({
      status: 202,
      body: {
        logId: expect.stringMatching(/^l[0-9a-f]{24}$/),
        incidents: [{ incidentId: expect.stringMatching(/^i[0-9a-f]{24}$/), kind: "DISCHARGE" }],
      },
    });
    expect(await postLog(aLog())).toMatchObject({ status: 200, body: first.body });
    expect(under.started.map(({ incidentId }) => incidentId)).toContain(first.body.incidents[0].incidentId);
  });

  it("is never refused for a conflict", async () => {
    await postLog(aLog());
    const other = aLog({
      events: [{ seq: 4102, at: "2026-11-21T21:08:01Z", type: "trigger", durationSeconds: 4 }],
    });
    expect((await postLog(other)).status).toBe(202);
  });

  it("is kept as it came", async () => {
    const { body } = await postLog(aLog());
    expect(await under.evidence.stat(`weapon-logs/${body.logId}.json`)).toBeDefined();
  });

  it("is refused with a pointer to each bad row", async () => {
    const reply = await postLog(
      aLog({
        events: [
          { seq: -1, at: "2026-11-21T21:08:00Z", type: "armed" },
          { seq: 2, at: "yesterday", type: "fired", volts: 1 },
          { seq: 3, at: "2026-11-21T21:08:00", type: "trigger" },
        ],
      }),
    );
    expect(reply.status).toBe(400);
    expect(pointers(reply)).toEqual([
      "/events/0/seq",
      "/events/1/at",
      "/events/1/type",
      "/events/1/volts",
      "/events/2/durationSeconds",
    ]);
  });

  it("names fifty bad fields at most", async () => {
    const events = Array.from({ length: 500 }, (_, seq) => ({ seq, at: "x", type: "armed" }));
    expect(pointers(await postLog(aLog({ events })))).toHaveLength(50);
  });

  it("comes from the weapon itself or from a gateway", async () => {
    const weapon = aDevice("X12005BX7");
    await under.register(weapon, "weapon");
    expect((await under.asDevice(weapon, "POST", "/v1/weapon-logs", aLog())).status).toBe(202);
    const other = aLog({ weapon: { serial: "X0", model: "TASER 7" } });
    expect((await under.asDevice(weapon, "POST", "/v1/weapon-logs", other)).status).toBe(403);
  });
});

describe("a use report", () => {
  it("is taken by 201 and joins its incident, and is repeated by 200", async () => {
    const { body } = await postLog(aLog());
    const [{ incidentId }] = body.incidents;
    const expected = { reportId: "UOF-1", revision: 1, incidentId };
    expect(await postReport(aReportBody())).toMatchObject({ status: 201, body: expected });
    expect(await postReport(aReportBody())).toMatchObject({ status: 200, body: expected });
    const incident = await under.asPerson("supervisor", "GET", `/v1/incidents/${incidentId}`);
    expect(incident.body.reports).toMatchObject([{ reportId: "UOF-1" }]);
  });

  it("is a conflict under the same revision with other content, and new under a higher one", async () => {
    await postReport(aReportBody());
    const reply = await postReport(aReportBody({ bodyWornVideo: "no" }));
    expect([reply.status, reply.body.type]).toEqual([409, "urn:witnessed:problem:conflict"]);
    expect((await postReport(aReportBody({ bodyWornVideo: "no", revision: 2 }))).status).toBe(201);
  });

  it("comes from an admin as well, and takes local times that exist", async () => {
    const asAdmin = (statedAt: string) =>
      under.asPerson("admin", "POST", "/v1/reports", aReportBody({ statedAt }));
    expect((await asAdmin("2026-11-21T21:08:00")).status).toBe(201);
    const reply = await asAdmin("2026-03-29T01:30:00");
    expect([reply.status, pointers(reply)]).toEqual([400, ["/statedAt"]]);
  });

  it("is refused with words that the form does not have", async () => {
    const reply = await postReport(aReportBody({ actions: ["shot"], subject: { ageBand: "young" } }));
    expect(pointers(reply)).toEqual([
      "/actions/0",
      "/subject/ageBand",
      "/subject/under18",
      "/subject/gender",
      "/subject/ethnicity",
      "/subject/mentalHealth",
    ]);
  });
});
