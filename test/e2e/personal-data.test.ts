import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { createDeviceClient, createPersonClient } from "#infra/local/device-client.ts";
import { sampleClip } from "#infra/local/footage/catalogue.ts";
import { startLocalProcess, temporaryFolder } from "#test/support/local-process.ts";

/** Values that nobody may find in a log; each one is planted where such a value comes in. */
const planted = {
  subjectConduct: "CANARY-subject-shouted",
  absenceReason: "CANARY-absence-battery",
  incidentRef: "CANARY-CAD-991",
  explanationRequest: "CANARY-why-was-it-off",
  explanation: "CANARY-ambushed",
  decision: "CANARY-accepted-because",
  hold: "CANARY-hold-because",
  vendor: "CANARY-vendor-badge",
  fileName: "CANARY-Smith-John.mp4",
  team: "CANARY-team",
  badField: "CANARY-bad-field",
  badJson: "CANARY-bad-json",
  badToken: "CANARY-token",
} as const;

test("names, free text, subject details, tokens and signed URLs are in no log", async () => {
  using folder = temporaryFolder();
  const local = await startLocalProcess(folder.path);
  const { access } = local;
  const { baseUrl, tokens } = access;
  const gateway = createDeviceClient(baseUrl, access.gateway);
  const person = (token: string) => createPersonClient(baseUrl, token);
  const supervisor = person(tokens.supervisor);
  const signedUrls: string[] = [];

  const officer = {
    collarNumber: "55AB",
    team: planted.team,
    borough: "Camden",
    taserTrained: true,
    cameraIssued: true,
  };
  await person(tokens.admin).put("/v1/officers/P-55", officer);
  await gateway.post("/v1/bookings", {
    deviceSerial: "X12-55",
    officerId: "P-55",
    from: "2026-03-01T20:00:00Z",
  });

  const clip = sampleClip("brief-20s");
  const declaration = {
    recordingId: "R-55",
    camera: { serial: "BWC-55", kind: "body-worn" },
    startTime: "2026-03-01T21:00:00Z",
    endTime: "2026-03-01T21:00:20Z",
    incidentRef: planted.incidentRef,
    file: { name: planted.fileName, bytes: clip.bytes, contentType: clip.contentType, sha256: clip.sha256 },
    vendor: { badge: planted.vendor },
  };
  const { upload } = z
    .object({ upload: z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }) })
    .parse((await gateway.post("/v1/footage", declaration)).body);
  signedUrls.push(new URL(upload.url).search);
  const wrongBytes = await fetch(upload.url, {
    method: "PUT",
    headers: upload.headers,
    body: Buffer.alloc(clip.bytes),
  });
  expect(wrongBytes.status).toBe(400);
  expect(
    (await fetch(upload.url, { method: "PUT", headers: upload.headers, body: await clip.read() })).status,
  ).toBe(200);

  const log = {
    weapon: { serial: "X12-55", model: "TASER 7" },
    incidentRef: planted.incidentRef,
    events: [
      {
        seq: 1,
        at: "2026-03-01T21:00:05Z",
        type: "trigger",
        durationSeconds: 5,
        cartridge: { kind: "live" },
      },
    ],
    vendor: { badge: planted.vendor },
  };
  const posted = z
    .object({ incidents: z.array(z.object({ incidentId: z.string() })) })
    .parse((await gateway.post("/v1/weapon-logs", log)).body);
  const incident = `/v1/incidents/${posted.incidents[0]?.incidentId}`;
  const report = {
    reportId: "U-55",
    officerId: "P-55",
    weaponSerial: "X12-55",
    incidentRef: planted.incidentRef,
    statedAt: "2026-03-01T21:00:00Z",
    actions: ["fired"],
    outcomeIntent: "intended",
    borough: "Camden",
    locationType: "street",
    singleCrewed: "no",
    bodyWornVideo: "yes",
    subject: { ageBand: "11-17", under18: "yes", gender: "female", ethnicity: "mixed", mentalHealth: "yes" },
    subjectConduct: planted.subjectConduct,
    absenceReason: { code: "BATTERY", text: planted.absenceReason },
  };
  expect((await gateway.post("/v1/reports", report)).status).toBe(201);
  await supervisor.post(`${incident}/explanation-requests`, {
    code: "OTHER",
    text: planted.explanationRequest,
  });
  await supervisor.post(`${incident}/explanation`, { code: "OTHER", text: planted.explanation });
  await supervisor.post(`${incident}/decision`, { accept: true, reason: planted.decision });
  await person(tokens.supervisor2).post(`${incident}/decision`, { approve: true, reason: planted.decision });
  await supervisor.post(`${incident}/holds`, { action: "place", reason: planted.hold });

  // What is refused must not be quoted either.
  await gateway.post("/v1/reports", { ...report, [planted.badField]: planted.badField });
  await fetch(`${baseUrl}/v1/reports`, {
    method: "POST",
    headers: { authorization: `Bearer ${tokens.admin}`, "content-type": "application/json" },
    body: `{"subjectConduct": "${planted.badJson}`,
  });
  await person(planted.badToken).get("/v1/incidents");
  await supervisor.get(`/v1/incidents/${planted.badField}`);
  await expect
    .poll(async () => (await supervisor.get(incident)).body, { timeout: 10_000, interval: 100 })
    .toMatchObject({ verdict: { outcome: "UNRECORDED" } });
  expect(await local.end("SIGTERM")).toBe(0);

  const written = local.output() + readFileSync(join(folder.path, "log.ndjson"), "utf8");
  expect(written).toContain("verdict.issued");
  const secrets = [
    "CANARY",
    "Okafor",
    "11-17",
    "female",
    "mixed",
    ...Object.values(tokens).flatMap((token) => [token, token.split(".")[2] ?? token]),
    access.gateway.privateKeyJwk["d"] ?? "",
    ...signedUrls,
  ];
  expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
});
