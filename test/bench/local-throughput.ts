/**
 * Discharges per second through the local run: `node test/bench/local-throughput.ts [discharges]`.
 *
 * Each discharge goes the whole way over HTTP, 16 at a time: footage declared, a real file uploaded, the log
 * posted, until the verdict says RECORDED. Printed, never asserted: it tells of this machine.
 */
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { createDeviceClient, createPersonClient } from "#infra/local/device-client.ts";
import { sampleClip } from "#infra/local/footage/catalogue.ts";
import { startLocalProcess, temporaryFolder } from "#test/support/local-process.ts";

const AT_A_TIME = 16;
const discharges = Number(process.argv[2] ?? 200);
const clip = sampleClip("half-180s");
const video = await clip.read();

using folder = temporaryFolder();
const local = await startLocalProcess(folder.path);
const { access } = local;
const gateway = createDeviceClient(access.baseUrl, access.gateway);
const admin = createPersonClient(access.baseUrl, access.tokens.admin);
const supervisor = createPersonClient(access.baseUrl, access.tokens.supervisor);

const at = (moment: Date, seconds: number) => new Date(moment.getTime() + seconds * 1000).toISOString();
/** Two hours apart, so that no camera is near another discharge, and past the grace, so that each is judged at once. */
const momentOf = (index: number) =>
  new Date(Math.floor(Date.now() / 1000) * 1000 - 5 * 86_400_000 - index * 7_200_000);

async function expectOk(what: string, answer: Promise<{ status: number; body: unknown }>): Promise<unknown> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${what} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

async function register(index: number, moment: Date): Promise<void> {
  const camera = { kind: "camera", model: "Axon Body 3", status: "active" };
  const weapon = { kind: "weapon", model: "TASER 7", status: "active" };
  await expectOk("PUT camera", admin.put(`/v1/devices/CAM-${index}`, camera));
  await expectOk("PUT weapon", admin.put(`/v1/devices/TSR-${index}`, weapon));
  const officer = {
    collarNumber: `${index}`,
    team: "Bench",
    borough: "Camden",
    taserTrained: true,
    cameraIssued: true,
  };
  await expectOk("PUT officer", admin.put(`/v1/officers/O-${index}`, officer));
  const booking = { officerId: `O-${index}`, from: at(moment, -3600), to: at(moment, 3600) };
  const bookings = ["CAM", "TSR"].map((kind) => ({ ...booking, deviceSerial: `${kind}-${index}` }));
  await expectOk("POST bookings", gateway.post("/v1/bookings", bookings));
}

async function send(index: number, moment: Date): Promise<string> {
  const declaration = {
    recordingId: `B-${index}`,
    camera: { serial: `CAM-${index}`, kind: "body-worn" },
    startTime: at(moment, -60),
    endTime: at(moment, 120),
    triggerOnTime: at(moment, -30),
    triggerOn: "wearer",
    clock: { lastSyncedAt: at(moment, -3600) },
    file: { name: "b.mp4", bytes: clip.bytes, contentType: clip.contentType, sha256: clip.sha256 },
  };
  const declared = z
    .object({ upload: z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }) })
    .parse(await expectOk("POST footage", gateway.post("/v1/footage", declaration)));
  const put = await fetch(declared.upload.url, {
    method: "PUT",
    headers: declared.upload.headers,
    body: video,
  });
  if (put.status !== 200) throw new Error(`PUT answered ${put.status}`);
  const log = {
    weapon: { serial: `TSR-${index}`, model: "TASER 7" },
    clock: { lastSyncedAt: at(moment, -3600) },
    events: [
      { seq: 1, at: at(moment, -5), type: "armed" },
      { seq: 2, at: at(moment, 0), type: "trigger", durationSeconds: 5, cartridge: { kind: "live" } },
      { seq: 3, at: at(moment, 10), type: "safe" },
    ],
  };
  const posted = z
    .object({ incidents: z.array(z.object({ incidentId: z.string() })) })
    .parse(await expectOk("POST log", gateway.post("/v1/weapon-logs", log)));
  return posted.incidents[0]?.incidentId ?? "";
}

const page = z.object({
  incidents: z.array(z.object({ incidentId: z.string(), outcome: z.string().optional() })),
  cursor: z.string().optional(),
});
const judged = new Set<string>();
let watching = true;

/** One reader of lists for all: reading single incidents writes to their custody logs, which would be the load. */
async function watchVerdicts(): Promise<void> {
  while (watching) {
    let cursor: string | undefined;
    do {
      const query = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await supervisor.get(`/v1/incidents?limit=200${query}`);
      const list = page.parse(body);
      for (const { incidentId, outcome } of list.incidents)
        if (outcome === "RECORDED") judged.add(incidentId);
      cursor = list.cursor;
    } while (cursor !== undefined);
    await pause(100);
  }
}

async function waitForVerdict(incidentId: string): Promise<void> {
  const until = Date.now() + 60_000;
  while (!judged.has(incidentId)) {
    if (Date.now() > until) throw new Error(`${incidentId} is not judged RECORDED after a minute`);
    await pause(10);
  }
}

async function many(work: (index: number) => Promise<void>): Promise<void> {
  const indexes = Array.from({ length: discharges }, (_, index) => index).values();
  const worker = async () => {
    for (const index of indexes) await work(index);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

const watched = watchVerdicts();
try {
  const moments = Array.from({ length: discharges }, (_, index) => momentOf(index));
  const momentAt = (index: number) => moments[index] ?? new Date(0);
  await many((index) => register(index, momentAt(index)));
  const latencies: number[] = [];
  const started = performance.now();
  await many(async (index) => {
    const from = performance.now();
    await waitForVerdict(await send(index, momentAt(index)));
    latencies.push(performance.now() - from);
  });
  const seconds = (performance.now() - started) / 1000;
  const sorted = latencies.toSorted((a, b) => a - b);
  const percentile = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  console.table([
    {
      discharges,
      atATime: AT_A_TIME,
      seconds: Number(seconds.toFixed(1)),
      perSecond: Number((discharges / seconds).toFixed(1)),
      medianMs: percentile(0.5),
      p95Ms: percentile(0.95),
    },
  ]);
} finally {
  watching = false;
  await watched;
  await local.end("SIGTERM");
}
