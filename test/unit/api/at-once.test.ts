import { beforeEach, describe, expect, it } from "vitest";
import {
  type ApiUnderTest,
  aDevice,
  createApiUnderTest,
  type TestDevice,
} from "#test/support/api-under-test.ts";
import { aDeclaration } from "#test/support/footage-builders.ts";
import { aUseReport, aWeaponLog } from "#test/support/workflow-world.ts";

const SENDERS = 30;

let under: ApiUnderTest;
let gateway: TestDevice;

beforeEach(async () => {
  under = createApiUnderTest();
  gateway = aDevice("GW-1");
  await under.register(gateway);
});

type Reply = Awaited<ReturnType<ApiUnderTest["send"]>>;

const asGateway = (path: string, body: unknown) => under.asDevice(gateway, "POST", path, body);
const atOnce = (send: (index: number) => Promise<Reply>) =>
  Promise.all(Array.from({ length: SENDERS }, (_, index) => send(index)));
const statuses = (replies: readonly Reply[]) => replies.map(({ status }) => status).toSorted();
/** New for one of them, known for all the others. */
const oneNew = (status: number) => [...Array<number>(SENDERS - 1).fill(200), status];

describe("the same body sent thirty times at once", () => {
  it("is one log", async () => {
    const replies = await atOnce(() => asGateway("/v1/weapon-logs", aWeaponLog()));
    expect(statuses(replies)).toEqual(oneNew(202));
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  it("is one report", async () => {
    const replies = await atOnce(() => asGateway("/v1/reports", aUseReport()));
    expect(statuses(replies)).toEqual(oneNew(201));
  });

  it("is one clip, with URLs for each of them", async () => {
    const replies = await atOnce(() => asGateway("/v1/footage", aDeclaration()));
    expect(statuses(replies)).toEqual(oneNew(201));
    expect(replies.every(({ body }) => body.upload.url)).toBe(true);
  });
});

describe("thirty different bodies for one thing at once", () => {
  it("replace one device each", async () => {
    const replies = await atOnce((index) =>
      under.asPerson("admin", "PUT", "/v1/devices/X1", {
        kind: "camera",
        model: `Model ${index}`,
        status: "active",
        publicKeys: [aDevice("X1").jwk],
      }),
    );
    expect(statuses(replies)).toEqual(oneNew(201));
  });

  it("replace one officer each", async () => {
    const replies = await atOnce((index) =>
      under.asPerson("admin", "PUT", "/v1/officers/P-1", {
        collarNumber: `${index}SW`,
        team: "Response A",
        borough: "Lambeth",
        taserTrained: true,
        cameraIssued: true,
      }),
    );
    expect(statuses(replies)).toEqual(oneNew(201));
  });

  it("join one incident, reports as overlapping logs", async () => {
    const log = aWeaponLog();
    const replies = await atOnce(async (index) =>
      index % 2 === 0
        ? asGateway("/v1/weapon-logs", { ...log, incidentRef: `CAD ${index}` })
        : asGateway("/v1/reports", { ...aUseReport(), reportId: `UOF-${index}` }),
    );
    expect(new Set(statuses(replies))).toEqual(new Set([201, 202]));
    const { incidents } = (await asGateway("/v1/weapon-logs", log)).body;
    const { body } = await under.asPerson("supervisor", "GET", `/v1/incidents/${incidents[0].incidentId}`);
    expect(body.reports).toHaveLength(SENDERS / 2);
  });
});
