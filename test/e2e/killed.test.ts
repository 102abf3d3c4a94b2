import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { readForceConfig } from "#infra/force-config.ts";
import {
  bookingsOf,
  castOf,
  declarationOf,
  devicesOf,
  logsOf,
  officersOf,
  reportOf,
} from "#infra/local/demonstration/shift.ts";
import { type Situation, situations } from "#infra/local/demonstration/situations.ts";
import {
  createDeviceClient,
  createPersonClient,
  type DeviceClient,
  type PersonClient,
} from "#infra/local/device-client.ts";
import { sampleClip } from "#infra/local/footage/catalogue.ts";
import { synthesise } from "#infra/local/synthesis.ts";
import { type LocalProcess, startLocalProcess, temporaryFolder } from "#test/support/local-process.ts";

const MIB = 1024 * 1024;
const GRACE_SECONDS = 60;
const packageFolder = fileURLToPath(new URL("../../", import.meta.url));
const forceFolder = temporaryFolder();
const forceFile = join(forceFolder.path, "force.json");

/** The demonstration force with a grace that a test can wait for. */
function writeForce(): void {
  const file = join(packageFolder, "infra/forces/local.json");
  const force = JSON.parse(readFileSync(file, "utf8")) as { policies: object[] };
  const policies = force.policies.map((policy) => ({ ...policy, footageGraceHours: GRACE_SECONDS / 3600 }));
  writeFileSync(forceFile, JSON.stringify({ ...force, policies }));
}
writeForce();
afterAll(() => forceFolder[Symbol.dispose]());

const start = (folder: string) => startLocalProcess(folder, { WITNESSED_FORCE: forceFile });

function situation(number: number): Situation {
  const found = situations.find((candidate) => candidate.number === number);
  if (!found) throw new RangeError(`there is no situation ${number}`);
  return found;
}

type Actors = {
  readonly gateway: DeviceClient;
  readonly admin: PersonClient;
  readonly supervisor: PersonClient;
  readonly killed: AbortSignal | undefined;
};

function actorsOf({ access }: LocalProcess, killed?: AbortSignal): Actors {
  return {
    killed,
    gateway: createDeviceClient(access.baseUrl, access.gateway),
    admin: createPersonClient(access.baseUrl, access.tokens.admin),
    supervisor: createPersonClient(access.baseUrl, access.tokens.supervisor),
  };
}

async function expectOk(answer: Promise<{ status: number; body: unknown }>): Promise<unknown> {
  const { status, body } = await answer;
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  return body;
}

const uploadAnswer = z.object({
  footageId: z.string(),
  upload: z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }).nullable(),
});

/** Sends half of the body, then goes away. */
function putHalf(url: string, headers: Record<string, string>, body: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const sending = request(url, { method: "PUT", headers });
    sending.on("error", () => resolve());
    sending.on("close", () => resolve());
    sending.write(body.subarray(0, body.length / 2), () => setTimeout(() => sending.destroy(), 30));
  });
}

type Step = (actors: Actors) => Promise<void>;

/**
 * Looks again until it holds: the machine may be busy with the other kills. Gives up at once when the process
 * that is looked at has been killed.
 */
async function eventually(check: () => Promise<void>, killed?: AbortSignal): Promise<void> {
  const until = Date.now() + 60_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (killed?.aborted || Date.now() > until) throw error;
      await pause(400);
    }
  }
}

/**
 * What devices and people send, in order. Everything is made once, so that sending it again after a kill
 * sends the same thing, as devices do.
 */
function scenario(): readonly Step[] {
  const [recorded, late, waiting] = [situation(1), situation(3), situation(5)];
  const now = new Date(Math.floor(Date.now() / 1000) * 1000);
  const before = (milliseconds: number) => new Date(now.getTime() - milliseconds);
  const moments = new Map([
    [recorded, before(9 * 3_600_000)],
    [late, before(7 * 3_600_000)],
    [waiting, before((GRACE_SECONDS - 9) * 1000)],
  ]);
  const momentOf = (of: Situation) => moments.get(of) ?? now;
  const all = [recorded, late, waiting];
  const logs = new Map(all.map((of) => [of, logsOf(of, momentOf(of), now)[0]]));
  const clip = sampleClip("full-390s");
  const withClip = (of: Situation): Situation => ({ ...of, clips: recorded.clips });
  const declaration = (of: Situation) => declarationOf(withClip(of), 0, momentOf(of), now, clip);

  const declare = async (of: Situation, { gateway }: Actors) =>
    uploadAnswer.parse(await expectOk(gateway.post("/v1/footage", declaration(of))));
  const half =
    (of: Situation): Step =>
    async (actors) => {
      const { upload } = await declare(of, actors);
      if (upload) await putHalf(upload.url, upload.headers, await clip.read());
    };
  /** Uploads, as often as the store says that another write still runs, and waits until the clip counts. */
  const whole =
    (of: Situation): Step =>
    async (actors) => {
      const body = await clip.read();
      const { footageId } = await declare(of, actors);
      await eventually(async () => {
        const { upload } = await declare(of, actors);
        if (!upload) return;
        const put = await fetch(upload.url, { method: "PUT", headers: upload.headers, body });
        expect(put.status).toBe(200);
      }, actors.killed);
      await eventually(async () => {
        const { body } = await actors.gateway.get(`/v1/footage/${footageId}`);
        expect(body).toMatchObject({ state: "ACCEPTED" });
      }, actors.killed);
    };
  const log =
    (of: Situation): Step =>
    async ({ gateway }) => {
      await expectOk(gateway.post("/v1/weapon-logs", logs.get(of)));
    };
  const report =
    (of: Situation): Step =>
    async ({ gateway }) => {
      await expectOk(
        gateway.post("/v1/reports", { ...reportOf(of, momentOf(of)), bodyWornVideo: "not-known" }),
      );
    };
  const register: Step = async ({ admin, gateway }) => {
    await expectOk(admin.post("/v1/devices", all.flatMap(devicesOf)));
    await expectOk(admin.post("/v1/officers", all.flatMap(officersOf)));
    await expectOk(
      gateway.post(
        "/v1/bookings",
        all.flatMap((of) => bookingsOf(of, momentOf(of))),
      ),
    );
  };
  const alerted: Step = async ({ supervisor, killed }) => {
    await eventually(async () => {
      const seen = (await seenOf(supervisor)).get(castOf(late).weaponSerial);
      expect(seen?.alerts).toContain("UNRECORDED_DISCHARGE");
    }, killed);
  };
  return [
    register,
    log(waiting),
    half(recorded),
    whole(recorded),
    log(recorded),
    report(recorded),
    log(late),
    report(late),
    report(waiting),
    alerted,
    whole(late),
  ];
}

const listed = z.object({ incidents: z.array(z.object({ incidentId: z.string(), state: z.string() })) });
const incidentAnswer = z.object({
  incidentId: z.string(),
  weaponSerial: z.string(),
  verdict: z.object({ outcome: z.string() }).nullish(),
  alerts: z.array(z.object({ type: z.string() })),
});
const inboxAnswer = z.object({
  alerts: z.array(z.object({ incidentId: z.string(), type: z.string() })),
});

type Seen = {
  readonly outcome: string | undefined;
  readonly alerts: readonly string[];
  readonly inbox: readonly string[];
};

/** What there is of each weapon: the verdict, the incident's alerts and what the inbox shows. */
async function seenOf(supervisor: PersonClient): Promise<ReadonlyMap<string, Seen>> {
  const { alerts } = inboxAnswer.parse((await supervisor.get("/v1/local/alerts")).body);
  const { incidents } = listed.parse((await supervisor.get("/v1/incidents")).body);
  const seen = new Map<string, Seen>();
  for (const { incidentId } of incidents.filter(({ state }) => state !== "MERGED")) {
    const incident = incidentAnswer.parse((await supervisor.get(`/v1/incidents/${incidentId}`)).body);
    const shown = alerts.filter((alert) => alert.incidentId === incidentId);
    seen.set(incident.weaponSerial, {
      outcome: incident.verdict?.outcome,
      alerts: incident.alerts.map(({ type }) => type).sort(),
      inbox: shown.map(({ type }) => type).sort(),
    });
  }
  return seen;
}

const told = (...alerts: readonly string[]) => ({ alerts, inbox: alerts });
const endState = {
  [castOf(situation(1)).weaponSerial]: { outcome: "RECORDED", ...told("DISCHARGE_REPORTED") },
  [castOf(situation(3)).weaponSerial]: {
    outcome: "RECORDED",
    ...told("DISCHARGE_REPORTED", "REVISED", "UNRECORDED_DISCHARGE"),
  },
  [castOf(situation(5)).weaponSerial]: {
    outcome: "UNRECORDED",
    ...told("DISCHARGE_REPORTED", "UNRECORDED_DISCHARGE"),
  },
};

async function expectEndState(supervisor: PersonClient): Promise<void> {
  await eventually(async () => expect(Object.fromEntries(await seenOf(supervisor))).toEqual(endState));
}

/** Killed so many milliseconds after this step's work began. */
const kills = [
  { step: 1, afterMs: 4 },
  { step: 1, afterMs: 60 },
  { step: 2, afterMs: 25 },
  { step: 3, afterMs: 12 },
  { step: 3, afterMs: 40 },
  { step: 4, afterMs: 15 },
  { step: 6, afterMs: 8 },
  { step: 6, afterMs: 30 },
  { step: 6, afterMs: 90 },
  { step: 10, afterMs: 35 },
] as const;

async function playKilled({ step, afterMs }: (typeof kills)[number]): Promise<void> {
  using folder = temporaryFolder();
  const first = await start(folder.path);
  const steps = scenario();
  for (const earlier of steps.slice(0, step)) await earlier(actorsOf(first));
  const killing = new AbortController();
  const interrupted = steps[step]?.(actorsOf(first, killing.signal)).catch(() => undefined);
  await pause(afterMs);
  killing.abort();
  await first.end("SIGKILL");
  await interrupted;

  const second = await start(folder.path);
  try {
    const actors = actorsOf(second);
    for (const again of steps.slice(step)) await again(actors);
    await expectEndState(actors.supervisor);
  } finally {
    await second.end("SIGTERM");
  }
}

/** Once, before five processes at a time would each do it. */
beforeAll(() => synthesise(packageFolder, readForceConfig(forceFile)));

describe("killed at any moment and started again on the same folder", () => {
  test.concurrent.each(kills)(
    "ends in the same state when killed $afterMs ms into step $step",
    { timeout: 120_000 },
    playKilled,
  );

  test.concurrent("goes on with an upload in parts, of which the first were stored", {
    timeout: 120_000,
  }, async () => {
    using folder = temporaryFolder();
    const clip = sampleClip("brief-20s");
    // A `free` box behind the movie: as large as a file must be to come in parts.
    const file = Buffer.alloc(100 * MIB + 4096);
    file.set(await clip.read());
    file.writeUInt32BE(file.length - clip.bytes, clip.bytes);
    file.write("free", clip.bytes + 4, "latin1");
    const size = 64 * MIB;
    const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
    const parts = [file.subarray(0, size), file.subarray(size)].map((bytes, index) => ({
      number: index + 1,
      bytes,
    }));
    const declaration = (numbers: readonly number[]) => ({
      recordingId: "R-PARTS",
      camera: { serial: "BWC-PARTS", kind: "body-worn" },
      startTime: "2026-03-01T21:00:00Z",
      endTime: "2026-03-01T21:00:20Z",
      file: {
        name: "long.mp4",
        bytes: file.length,
        contentType: "video/mp4",
        sha256: sha256(file),
        partBytes: size,
        parts: parts
          .filter(({ number }) => numbers.includes(number))
          .map(({ number, bytes }) => ({ number, sha256: sha256(bytes) })),
      },
    });
    const answer = z.object({
      footageId: z.string(),
      upload: z.object({
        parts: z.array(
          z.object({ number: z.number(), url: z.string(), headers: z.record(z.string(), z.string()) }),
        ),
        have: z.array(z.number()),
      }),
    });
    const send = async (local: LocalProcess, number: number) => {
      const { gateway } = actorsOf(local);
      const declared = answer.parse(await expectOk(gateway.post("/v1/footage", declaration([number]))));
      for (const part of declared.upload.parts) {
        const body = parts.find((candidate) => candidate.number === part.number)?.bytes ?? Buffer.alloc(0);
        expect((await fetch(part.url, { method: "PUT", headers: part.headers, body })).status).toBe(200);
      }
      return declared;
    };

    const first = await start(folder.path);
    await send(first, 1);
    await first.end("SIGKILL");
    const second = await start(folder.path);
    try {
      const { footageId, upload } = await send(second, 2);
      expect(upload.have).toEqual([1]);
      const { gateway } = actorsOf(second);
      await expectOk(gateway.post(`/v1/footage/${footageId}/complete`, {}));
      await eventually(async () => {
        const { body } = await gateway.get(`/v1/footage/${footageId}`);
        expect(body).toMatchObject({ state: "ACCEPTED" });
      });
    } finally {
      await second.end("SIGTERM");
    }
  });
});
