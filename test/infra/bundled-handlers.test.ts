import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createDynamoClient, createDynamoRecords } from "#adapters/aws/records.dynamodb.ts";
import type { FootageDeclaredAnswer } from "#contracts/answers.ts";
import { sessionKeyKey } from "#contracts/evidence-keys.ts";
import { createSealed } from "#handlers/api/console/visit/sealed-cookies.ts";
import { bundleHandler } from "#infra/bundle-handler.ts";
import { handlerNames } from "#infra/constructs/handler-function.ts";
import { sampleClip } from "#infra/local/footage/catalogue.ts";
import type { Records } from "#ports/records.ts";
import { sendingPk } from "#records/keys.ts";
import { aDevice, signedInit } from "#test/support/api-under-test.ts";
import { createTable, startDynalite } from "#test/support/dynamo-table.ts";
import {
  buildForce,
  type ForceTemplate,
  flatten,
  forceFile,
  resourcesOf,
} from "#test/support/force-template.ts";
import { type LambdaProcess, startLambda } from "#test/support/lambda-process.ts";
import { type RecordedAws, startRecordedAws } from "#test/support/recorded-aws.ts";
import { createRepositories } from "#use-cases/repositories.ts";
import alertGivenBack from "../fixtures/events/alert-given-back.json" with { type: "json" };
import objectCreated from "../fixtures/events/object-created.json" with { type: "json" };

type HandlerName = (typeof handlerNames)[number];

/** Every use is two hours ago and every delivery one, so that nothing depends on the day. */
const usedAt = Math.floor(Date.now() / 1000) * 1000 - 7_200_000;
const at = (seconds: number) => new Date(usedAt + seconds * 1000).toISOString();
const clock = { deviceClock: at(3600), gatewayClock: at(3600) };

const OFFICER = "P-1001";
const WEAPON = "X12005BX7";
const CAMERA = "X81234567";
const KEY = "arn:aws:kms:eu-west-2:111122223333:key/1";
const MACHINE = "arn:aws:states:eu-west-2:111122223333:stateMachine:Evaluation";
const TOPIC = "arn:aws:sns:eu-west-2:111122223333:";

/** What CloudFormation would put in for the references of the functions' variables. */
const deployed: Readonly<Record<string, string>> = {
  RecordsTable: "records",
  EvidenceBucket: "evidence",
  EvidenceKey: KEY,
  WorkflowStateMachine: MACHINE,
  AlertsLevel1: `${TOPIC}level-1`,
  AlertsLevel2: `${TOPIC}level-2`,
  OperationsTopic: `${TOPIC}operations`,
  EntranceApi: "https://a1b2c3.execute-api.eu-west-2.amazonaws.com",
  SignInPool: "https://cognito-idp.eu-west-2.amazonaws.com/eu-west-2_1",
  SignInPoolConsole: "client-1",
};

const folder = mkdtempSync(join(tmpdir(), "witnessed-lambda-"));
const force = forceFile("metropolitan");
const functions = new Map<HandlerName, LambdaProcess>();
let template: ForceTemplate;
let aws: RecordedAws;
let dynamo: Awaited<ReturnType<typeof startDynalite>>;
let records: Records;
let repositories: ReturnType<typeof createRepositories>;

/** The variables that the stack gives the function, its layer's file laid out, and what Lambda adds. */
function environmentOf(name: HandlerName, endpoint = dynamo.endpoint): Record<string, string> {
  const id = name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
  const resources = resourcesOf(template, "AWS::Lambda::Function");
  const { Environment } = resources.find(([key]) => key.startsWith(`${id}Function`))?.[1].Properties ?? {};
  const { Variables } = Environment as { Variables: Record<string, unknown> };
  const given = Object.entries(Variables).map(([variable, value]) => [variable, deploy(flatten(value))]);
  return {
    ...Object.fromEntries(given),
    FORCE_FILE: join(folder, "synthesis", `settings-${force.code}`, "force.json"),
    AWS_REGION: "eu-west-2",
    AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_SESSION_TOKEN: "session",
    AWS_LAMBDA_FUNCTION_NAME: id,
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_S3: aws.endpoint,
    AWS_ENDPOINT_URL_SFN: aws.endpoint,
    AWS_ENDPOINT_URL_SNS: aws.endpoint,
  };
}

function deploy(value: string): string {
  return value.replaceAll(/<(\w+?)[0-9A-F]{8}(?:\.\w+)?>/g, (reference, id: string) => {
    const known = deployed[id];
    if (known === undefined) throw new Error(`nothing is known to put in for ${reference}`);
    return known;
  });
}

const start = (name: HandlerName, environment = environmentOf(name)) =>
  startLambda(join(folder, name, "handler.mjs"), environment);

function running(name: HandlerName): LambdaProcess {
  const found = functions.get(name);
  if (!found) throw new Error(`${name} does not run`);
  return found;
}

/** What the function answers. Throws its error, by its name. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
async function answerOf(name: HandlerName, event: unknown): Promise<any> {
  const invoked = await running(name).invoke(event);
  if (invoked.error) throw new Error(`${invoked.error.errorType}: ${invoked.error.errorMessage}`);
  return invoked.result;
}

const gateway = aDevice("GW-1");

/** A request of the gateway as the HTTP API hands it over: payload 2.0, the body in base64. */
function signedEvent(path: string, content: unknown) {
  const { headers, body } = signedInit(gateway, "POST", path, content, Date.now());
  return {
    ...httpEvent("POST", path),
    headers: { host: "a1b2c3.execute-api.eu-west-2.amazonaws.com", ...headers },
    body: Buffer.from(String(body)).toString("base64"),
    isBase64Encoded: true,
  };
}

function httpEvent(method: string, rawPath: string, rawQueryString = "") {
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    cookies: ["theme=dark"],
    headers: { host: "a1b2c3.execute-api.eu-west-2.amazonaws.com" },
    requestContext: {
      accountId: "111122223333",
      apiId: "a1b2c3",
      domainName: "a1b2c3.execute-api.eu-west-2.amazonaws.com",
      http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "dock/1" },
      requestId: randomUUID(),
      routeKey: "$default",
      stage: "$default",
      timeEpoch: Date.now(),
    },
    isBase64Encoded: false,
  };
}

const asked = (service: string, action: string) =>
  aws.requests.filter((request) => request.service === service && request.action === action);
const startedRuns = () =>
  asked("states", "StartExecution").map(({ body }) => {
    const { name, input } = JSON.parse(body.toString()) as { name: string; input: string };
    return { name, ...(JSON.parse(input) as { incidentId: string; cause: string }) };
  });

/** One pass of the state machine: each task gets what its `Parameters` name. */
async function evaluate(run: ReturnType<typeof startedRuns>[number]) {
  const { incidentId, cause, name: execution } = run;
  await answerOf("ingestion", { incidentId, cause, execution });
  await answerOf("footage-matching", { incidentId, cause, execution });
  await answerOf("compliance-verdict", { incidentId, cause, execution });
  return answerOf("notification", { incidentId, cause, execution });
}

const lastRun = () => {
  const run = startedRuns().at(-1);
  if (!run) throw new Error("no run was started");
  return run;
};

type File = { readonly contentType: string; readonly content: Uint8Array<ArrayBuffer> };

const mp4 = async (): Promise<File> => {
  const { contentType, read } = sampleClip("short-120s");
  return { contentType, content: await read() };
};
const matroska = async (): Promise<File> => ({
  contentType: "video/x-matroska",
  content: new Uint8Array(await readFile("test/fixtures/footage/dated.mkv")),
});

async function declare(recordingId: string, { contentType, content }: File) {
  const sha256 = createHash("sha256").update(content).digest("hex");
  const reply = await answerOf(
    "api",
    signedEvent("/v1/footage", {
      recordingId,
      camera: { serial: CAMERA, kind: "body-worn" },
      startTime: at(-55),
      endTime: at(65),
      triggerOnTime: at(-30),
      triggerOn: "wearer",
      clock,
      file: { name: "clip", bytes: content.length, contentType, sha256 },
    }),
  );
  expect(reply).toMatchObject({ statusCode: 201 });
  const { footageId, upload } = JSON.parse(reply.body) as FootageDeclaredAnswer;
  if (!upload || !("url" in upload)) throw new Error("no URL was given for the clip");
  return { footageId, upload, content };
}

async function put({ upload, content }: Awaited<ReturnType<typeof declare>>): Promise<string> {
  const { url, headers } = upload;
  const stored = await fetch(url, { method: "PUT", headers, body: content });
  expect(stored.status).toBe(200);
  return decodeURIComponent(new URL(url).pathname).replace(/^\/evidence\//, "");
}

/** A message of the queue about a new object. */
function queued(messageId: string, key: string) {
  const { detail, ...event } = objectCreated;
  const body = JSON.stringify({ ...event, detail: { ...detail, object: { ...detail.object, key } } });
  return {
    messageId,
    receiptHandle: "r",
    body,
    attributes: {},
    eventSource: "aws:sqs",
    awsRegion: "eu-west-2",
  };
}

beforeAll(async () => {
  [aws, dynamo] = await Promise.all([startRecordedAws(), startDynalite()]);
  const { app, stack } = buildForce(force, join(folder, "synthesis"));
  template = app.synth().getStackArtifact(stack.artifactId).template as ForceTemplate;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = createDynamoClient({ region: "eu-west-2", endpoint: dynamo.endpoint, credentials });
  await createTable(client, "records");
  records = createDynamoRecords({ client, tableName: "records" });
  repositories = createRepositories(records);
  const { register } = repositories;
  await register.putOfficer({
    officerId: OFFICER,
    collarNumber: "1001",
    team: "A",
    borough: "Southwark",
    taserTrained: true,
    cameraIssued: true,
  });
  await register.putDevice(
    { serial: "GW-1", kind: "gateway", model: "Dock", status: "active", publicKeys: [gateway.jwk] },
    ["GW-1"],
  );
  for (const [deviceSerial, kind] of [
    [WEAPON, "weapon"],
    [CAMERA, "camera"],
  ] as const) {
    await register.putDevice({ serial: deviceSerial, kind, model: "TASER 7", status: "active" }, []);
    await register.putBooking({ deviceSerial, officerId: OFFICER, from: at(-7200), to: at(3000) });
  }
  await Promise.all(
    handlerNames.map(async (name) => {
      await bundleHandler(name, join(folder, name));
      functions.set(name, await start(name));
    }),
  );
});

afterAll(async () => {
  await Promise.all([...functions.values()].map((each) => each.end()));
  await Promise.all([aws.stop(), dynamo.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

describe("the bundled functions, with what the stack gives them", () => {
  it("take a weapon log over the HTTP API, keep it and start its evaluation", async () => {
    const reply = await answerOf(
      "api",
      signedEvent("/v1/weapon-logs", {
        weapon: { serial: WEAPON, model: "TASER 7" },
        clock,
        events: [
          { seq: 1, at: at(-10), type: "armed" },
          { seq: 2, at: at(0), type: "trigger", durationSeconds: 5, cartridge: { kind: "live" } },
          { seq: 3, at: at(30), type: "safe" },
        ],
      }),
    );
    expect(reply).toMatchObject({ statusCode: 202, isBase64Encoded: false });
    const [incident] = (JSON.parse(reply.body) as { incidents: { incidentId: string }[] }).incidents;
    expect(lastRun()).toMatchObject({ incidentId: incident?.incidentId });
    expect(lastRun().name.length).toBeLessThanOrEqual(80);
    const [kept] = asked("s3", "PUT");
    expect(kept?.key).toMatch(/^weapon-logs\//);
    expect(kept?.headers).toMatchObject({
      "if-none-match": "*",
      "x-amz-server-side-encryption": "aws:kms",
      "x-amz-server-side-encryption-aws-kms-key-id": KEY,
    });
  });

  it("evaluate it until something is awaited, and alert the first level", async () => {
    const result = await evaluate(lastRun());
    expect(result).toMatchObject({ open: true, lookAt: expect.stringMatching(/:\d\d(\.000)?Z$/) });
    const [sent] = asked("sns", "Publish");
    expect(sent?.query.get("TopicArn")).toBe(`${TOPIC}level-1`);
    expect(sent?.query.get("MessageStructure")).toBe("json");
    expect(JSON.parse(sent?.query.get("Message") ?? "")).toMatchObject({
      email: expect.stringContaining(deployed["EntranceApi"] ?? ""),
      sms: expect.any(String),
    });
    expect(asked("s3", "PUT").at(-1)?.key).toMatch(/^verdict-inputs\//);
  });

  it("declare footage, take it in from the queue message by message, and find the use recorded", async () => {
    const declared = await declare("R-1", await mp4());
    const other = await declare("R-1-other", await matroska());
    const key = await put(declared);
    const answer = await answerOf("footage-intake", {
      Records: [
        queued("m-1", key),
        { ...queued("m-2", key), body: "what is this?" },
        queued("m-3", await put(other)),
      ],
    });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m-2" }] });
    for (const { footageId } of [declared, other]) {
      expect((await repositories.footage.read(footageId))?.record).toMatchObject({ state: "ACCEPTED" });
    }

    await evaluate(lastRun());
    const { incidentId } = lastRun();
    expect((await repositories.verdicts.latest(incidentId))?.verdict).toMatchObject({ outcome: "RECORDED" });
    const [locked] = asked("s3", "PUT").filter(({ query }) => query.has("retention"));
    expect(locked?.key).toBe(key);
    expect(locked?.body.toString()).toContain("<Mode>GOVERNANCE</Mode>");
    // Object Lock takes no change of a retention without a checksum of the request.
    expect(Object.keys(locked?.headers ?? {})).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(content-md5|x-amz-checksum-\w+)$/)]),
    );
  });

  it("sweep on the schedule's call: bring forward what was forgotten, and tell what cannot be", async () => {
    const [come, unreadable] = [await declare("R-2", await mp4()), await declare("R-3", await mp4())];
    await put(come);
    for (const { footageId } of [come, unreadable]) {
      const stored = await repositories.footage.read(footageId);
      if (!stored) throw new Error("the clip is not recorded");
      await repositories.footage.replace({ ...stored.record, urlsExpireAt: at(0) }, stored.revision);
      if (footageId === unreadable.footageId) aws.forbidden.add(stored.record.objectKey);
    }
    const stranger = "footage/X9/2026/11/stranger";
    const checksum = createHash("sha256").update("?").digest("base64");
    await fetch(`${aws.endpoint}/evidence/${stranger}`, {
      method: "PUT",
      headers: { "x-amz-checksum-sha256": checksum },
      body: "?",
    });
    expect(await answerOf("sweep", {})).toMatchObject({
      settled: 1,
      undeclared: { count: 1, oldest: { id: stranger } },
      failures: [{ what: `footageId ${unreadable.footageId}` }],
      unaccounted: 2,
    });
    expect(asked("sns", "Publish").at(-1)?.query.get("Message")).toContain(stranger);
    expect(asked("sns", "Publish").at(-1)?.query.get("TopicArn")).toBe(`${TOPIC}operations`);
  });

  it("place a legal hold in the run that follows a supervisor's word, and lift it in another function", async () => {
    const { incidentId, cause, name: execution } = lastRun();
    const holdWith = async (action: "place" | "release") => {
      const stored = await repositories.incidents.read(incidentId);
      if (!stored) throw new Error("the incident is not recorded");
      const holds = [...stored.record.holds, { action, reason: "A court", by: "s1", at: at(7100) }];
      if (action === "release") Object.assign(holds.at(-1) ?? {}, { at: at(7101) });
      await repositories.incidents.replace({ ...stored.record, holds }, stored.revision);
      await answerOf("notification", { incidentId, cause, execution });
    };
    const sent = () =>
      asked("s3", "PUT")
        .filter(({ query }) => query.has("legal-hold"))
        .map(({ key, body }) => [key, /<Status>(\w+)<\/Status>/.exec(body.toString())?.[1]]);
    const { candidates } = (await repositories.incidents.read(incidentId))?.record ?? { candidates: [] };
    const clips = await repositories.footage.readAll(candidates.map(({ footageId }) => footageId));
    const keys = clips.filter(({ stored }) => stored !== undefined).map(({ objectKey }) => objectKey);
    await holdWith("place");
    expect(sent().toSorted()).toEqual(keys.map((key) => [key, "ON"]).toSorted());
    await holdWith("release");
    expect(sent()).toHaveLength(keys.length);
    expect(await answerOf("hold-lifting", {})).toEqual({ lifted: keys.length });
    expect(sent().slice(keys.length).toSorted()).toEqual(keys.map((key) => [key, "OFF"]).toSorted());
  });

  it("delete by its version what matches nothing, and never go past a lock", async () => {
    const { footageId } = await declare("R-4", await mp4());
    const clip = (await repositories.footage.read(footageId))?.record;
    if (!clip) throw new Error("the clip is not recorded");
    const day = 86_400_000;
    const longAgo = (days: number) => new Date(Date.now() - days * day).toISOString();
    const { clock: _, ...declaration } = clip.declaration;
    const old = {
      ...clip,
      footageId: "f-old",
      objectKey: `footage/${CAMERA}/2020/01/OLD`,
      declaration: { ...declaration, startTime: longAgo(61), endTime: longAgo(61) },
      declaredAt: longAgo(60),
      state: "ACCEPTED" as const,
      stored: {
        bytes: 3,
        versionId: "v1",
        storedAt: longAgo(60),
        sha256: "a".repeat(64),
        composite: false,
      },
    };
    const span = { fromMs: Date.now() - 61 * day, toMs: Date.now() - 61 * day + 1 };
    await repositories.footage.create(old, span);
    const checksum = createHash("sha256").update("old").digest("base64");
    const headers = { "x-amz-checksum-sha256": checksum };
    await fetch(`${aws.endpoint}/evidence/${old.objectKey}`, { method: "PUT", headers, body: "old" });
    expect(await answerOf("footage-deletion", {})).toMatchObject({ deleted: 1 });
    const deletions = asked("s3", "DELETE");
    expect(deletions.map(({ key, query }) => [key, query.get("versionId")])).toEqual([[old.objectKey, "v1"]]);
    expect(deletions[0]?.headers).not.toHaveProperty("x-amz-bypass-governance-retention");
    expect((await repositories.footage.read("f-old"))?.record.deletedBecause).toBe("UNMATCHED");
  });

  /** What was published to a topic, since the given request. */
  const publishedTo = (topic: string, since = 0) =>
    asked("sns", "Publish")
      .slice(since)
      .filter(({ query }) => query.get("TopicArn") === `${TOPIC}${topic}`)
      .map(({ query }) => {
        const names = [...query].filter(([name]) => /^MessageAttributes\.entry\.\d+\.Name$/.test(name));
        const attributes = names.map(([name, value]) => [
          value,
          query.get(name.replace("Name", "Value.StringValue")),
        ]);
        return { message: query.get("Message") ?? "", attributes: Object.fromEntries(attributes) };
      });

  it("send a notice under the same id when the function dies after it was recorded", async () => {
    for (const [index, { emails }] of force.alerts.levels.entries())
      aws.mailboxes.set(`${TOPIC}level-${index + 1}`, emails);
    aws.mailboxes.set(`${TOPIC}operations`, force.operations.emails);
    aws.unconfirmed.add(force.alerts.levels[0]?.emails[0] ?? "");
    aws.silent.add(`${TOPIC}level-2`);
    const before = asked("sns", "Publish").length;
    const dying = running("notices").invoke({});
    await vi.waitFor(() => expect(publishedTo("level-2", before)).toHaveLength(1), { timeout: 20_000 });
    await running("notices").end();
    expect((await dying).error?.errorType).toBe("Runtime.ExitError");
    const [first] = publishedTo("level-2", before);
    expect(first?.attributes).toMatchObject({ type: "DELIVERY" });
    expect((await repositories.notices.read(first?.attributes.alertId))?.sentAt).toBeUndefined();

    aws.silent.clear();
    functions.set("notices", await start("notices"));
    await answerOf("notices", {});
    expect(publishedTo("level-2", before)).toEqual([first, first]);
    expect(await repositories.notices.read(first?.attributes.alertId)).toMatchObject({ messageId: "m-1" });
    expect(publishedTo("level-1", before).map(({ attributes }) => attributes.type)).toEqual(["DIGEST"]);

    const after = asked("sns", "Publish").length;
    await answerOf("notices", {});
    expect(asked("sns", "Publish")).toHaveLength(after);
  });

  it("tell at once of an officer who is out with a Taser and without a camera", async () => {
    const officerId = "P-2002";
    const from = new Date().toISOString();
    const { register, kit } = repositories;
    await register.putOfficer({
      officerId,
      collarNumber: "2002",
      team: "A",
      borough: "Southwark",
      taserTrained: true,
      cameraIssued: true,
    });
    await register.putDevice({ serial: "X-2", kind: "weapon", model: "TASER 7", status: "active" }, []);
    await register.putBooking({ deviceSerial: "X-2", officerId, from });
    await kit.askForLook(officerId, { at: from });
    const before = asked("sns", "Publish").length;
    await answerOf("notices", {});
    const [told] = publishedTo("level-1", before);
    expect(told?.attributes).toMatchObject({ type: "KIT", borough: "Southwark" });
    expect(told?.message).toContain("2002");
    await answerOf("notices", {});
    expect(asked("sns", "Publish")).toHaveLength(before + 1);
  });

  it("take back an alert that an address did not take, and tell the level above in the run that follows", async () => {
    const { incidentId } = lastRun();
    const [alert] = await repositories.alerts.all(incidentId);
    if (alert === undefined) throw new Error("nobody was alerted of the incident");
    const envelope = JSON.parse(alertGivenBack.body) as Record<string, unknown>;
    const bodyOf = (ids: Readonly<Record<string, string>>) =>
      JSON.stringify({
        ...envelope,
        MessageAttributes: Object.fromEntries(
          Object.entries(ids).map(([name, Value]) => [name, { Type: "String", Value }]),
        ),
      });
    const bodies = [
      bodyOf({ alertId: alert.message.alertId, incidentId }),
      "what is this?",
      bodyOf({ alertId: "KIT.nobody.1" }),
    ];
    const before = asked("sns", "Publish").length;
    const Records = bodies.map((body, index) => ({ ...alertGivenBack, messageId: `m-${index}`, body }));
    expect(await answerOf("notices", { Records })).toEqual({ batchItemFailures: [] });
    expect(publishedTo("operations", before).map(({ message }) => /\((m-\d)/.exec(message)?.[1])).toEqual([
      "m-1",
      "m-2",
    ]);
    expect(lastRun()).toMatchObject({ incidentId, cause: expect.stringContaining("given-back-") });
    await evaluate(lastRun());
    expect(publishedTo("level-2", before).map(({ attributes }) => attributes)).toEqual([
      expect.objectContaining({ type: "DELIVERY", incidentId }),
    ]);
  });

  it("let all that they send wait in one line", async () => {
    const places = await records.query({ pk: sendingPk, from: "" });
    expect(places).toHaveLength(asked("sns", "Publish").length);
  });

  it("count in the metric that the sweep's alarm watches", () => {
    const [[, alarm] = []] = resourcesOf(template, "AWS::CloudWatch::Alarm").filter(
      ([, { Properties }]) => Properties["MetricName"] === "Unaccounted",
    );
    const watched = alarm?.Properties["Dimensions"] as { Name: string; Value: string }[];
    const lines = running("sweep").output().split("\n");
    const counted = JSON.parse(lines.find((line) => line.includes('"_aws"')) ?? "{}");
    expect(counted._aws.CloudWatchMetrics).toEqual([
      expect.objectContaining({
        Namespace: alarm?.Properties["Namespace"],
        Dimensions: [expect.arrayContaining(watched.map(({ Name }) => Name))],
        Metrics: [{ Name: "Unaccounted", Unit: "Count" }],
      }),
    ]);
    expect(counted._aws.CloudWatchMetrics[0].Dimensions[0]).toHaveLength(watched.length);
    for (const { Name, Value } of watched) expect(counted[Name]).toBe(Value);
  });

  it("write one JSON object a line, and nothing of the library's own", () => {
    for (const [name, lambda] of functions) {
      for (const line of lambda.output().trim().split("\n").filter(Boolean)) {
        expect(() => JSON.parse(line), `${name}: ${line}`).not.toThrow();
        expect(line).not.toContain("reserved key");
      }
    }
  });

  it("refuse what is not signed and what is no token", async () => {
    const unsigned = { ...httpEvent("POST", "/v1/footage"), body: "{}" };
    expect(await answerOf("api", unsigned)).toMatchObject({ statusCode: 401 });
    const query = httpEvent("GET", "/v1/incidents", "state=OPEN&limit=5");
    const forged = { ...query, headers: { ...query.headers, authorization: "Bearer a.b.c" } };
    expect(await answerOf("api", forged)).toMatchObject({ statusCode: 401 });
    expect(await answerOf("api", httpEvent("GET", "/v1/health"))).toMatchObject({ statusCode: 200 });
  });
});

describe("the bundled console", () => {
  /** A page as a browser asks for it, with the visit's cookie as the HTTP API hands it over. */
  const page = (path: string, cookies: readonly string[] = []) => ({
    ...httpEvent("GET", path),
    headers: { host: "a1b2c3.execute-api.eu-west-2.amazonaws.com", accept: "text/html" },
    cookies,
  });

  /** The cookie of a supervisor's visit, sealed with the key that lies in the store. */
  async function visitCookie(): Promise<string> {
    const day = new Date().toISOString().slice(0, 10);
    const secret = crypto.getRandomValues(new Uint8Array(32));
    const checksum = createHash("sha256").update(secret).digest("base64");
    const headers = { "x-amz-checksum-sha256": checksum };
    const address = `${aws.endpoint}/evidence/${sessionKeyKey(day)}`;
    expect((await fetch(address, { method: "PUT", headers, body: secret })).status).toBe(200);
    const keys = { current: async () => ({ day, secret }), byDay: async () => undefined };
    const clock = { now: () => new Date() };
    await repositories.visits.begin("s-1", "v-1", Math.floor(Date.now() / 1000) + 3600);
    const sealed = await createSealed({ keys, clock }).seal("session", {
      visitId: "v-1",
      person: { subject: "s-1", name: "Amara Okafor", roles: ["supervisor"] },
      csrf: "c",
      begunAt: clock.now().toISOString(),
    });
    return `__Host-witnessed=${sealed}`;
  }

  it("sends whoever is not signed in to the sign-in, from the link of an alert too", async () => {
    const reply = await answerOf("api", page("/incidents/i1"));
    expect(reply).toMatchObject({ statusCode: 302, headers: { location: "/sign-in?to=%2Fincidents%2Fi1" } });
  });

  it("shows a supervisor the queue, the incident and its picture, by the key and the records of the stack", async () => {
    const cookie = await visitCookie();
    const queue = await answerOf("api", page("/", [cookie]));
    expect(queue).toMatchObject({ statusCode: 200, isBase64Encoded: false });
    expect(queue.body).toContain("Amara Okafor");
    expect(queue.cookies).toEqual([expect.stringMatching(/^__Host-witnessed=.*; Secure; SameSite=Lax$/)]);
    expect(asked("s3", "GET").map(({ key }) => key)).toContainEqual(expect.stringMatching(/^session-keys\//));

    const incidents = (await repositories.incidents.list({ limit: 10 })).items;
    const alerted = incidents.find(({ outcome }) => outcome === "RECORDED");
    const shown = await answerOf("api", page(`/incidents/${alerted?.incidentId}`, [cookie]));
    expect(shown.statusCode).toBe(200);
    expect(shown.body).toContain("<h1");
    expect(shown.body).toContain("Taser discharge: <strong");
    expect(shown.body).toContain("<figure");
    expect(shown.headers["content-security-policy"]).toContain("default-src 'none'");

    const [, stylesheet = ""] = /<link rel="stylesheet" href="([^"]+)">/.exec(shown.body) ?? [];
    const css = await answerOf("api", page(stylesheet));
    expect(css).toMatchObject({ statusCode: 200, headers: { "content-type": "text/css; charset=utf-8" } });
    expect(css.body).toContain(".govuk-button");
  });

  it("tells in words that the issuer does not answer, and what to do", async () => {
    const reply = await answerOf("api", page("/sign-in"));
    expect([reply.statusCode, reply.body]).toEqual([503, expect.stringContaining("The service is busy")]);
  });
});

describe("an error of a bundled function", () => {
  const nobody = { incidentId: "i000000000000000000000000", cause: "log-1", execution: "run-1" };

  it.each([
    ["footage-matching", nobody, "RecordNotFoundError"],
    ["compliance-verdict", nobody, "RecordNotFoundError"],
    ["ingestion", { incident: "x" }, "InvalidInputError"],
    ["notification", {}, "InvalidInputError"],
    ["footage-intake", {}, "InvalidInputError"],
    ["notices", { Records: [{}] }, "InvalidInputError"],
  ] as const)("of %s has the name that the state machine reads", async (name, event, errorType) => {
    expect((await running(name).invoke(event)).error).toMatchObject({ errorType });
  });

  it("is worth another try when the table does not answer before the function's time is up", async () => {
    const silent = createServer(() => {});
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const lambda = await start("ingestion", environmentOf("ingestion", `http://127.0.0.1:${port}`));
    try {
      const { error } = await lambda.invoke(nobody, 1500);
      expect(error).toMatchObject({ errorType: "DependencyUnavailableError" });
    } finally {
      await lambda.end();
      silent.closeAllConnections();
      silent.close();
    }
  });

  it("is told at the start when a variable is missing", async () => {
    const { TABLE_NAME: _, ...incomplete } = environmentOf("ingestion");
    await expect(start("ingestion", incomplete)).rejects.toThrow("TABLE_NAME");
  });
});
