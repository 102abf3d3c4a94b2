import { copyFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { createPersonClient } from "#infra/local/device-client.ts";
import { writeClipOfSize } from "#test/support/clip-of-size.ts";
import { runDevice, startDevice } from "#test/support/device-process.ts";
import { type LocalProcess, startLocalProcess, temporaryFolder } from "#test/support/local-process.ts";
import { startMeddlingProxy } from "#test/support/meddling-proxy.ts";

const MIB = 1024 * 1024;
const CLIP = "infra/local/footage/minute-60s.mp4";
const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
let local: LocalProcess;

beforeAll(async () => {
  local = await startLocalProcess(at("data"));
});
afterAll(async () => {
  await local.end("SIGTERM");
  folder[Symbol.dispose]();
});

const connection = (key: string) => ["--base-url", local.access.baseUrl, "--key", key];
const gatewayKey = () => at("data/access.json");
const start = ["--start", "2026-03-01T21:00:00Z"];

/** A camera that made its key and was registered with what it printed. */
async function enrolCamera(serial: string): Promise<string> {
  const key = at(`${serial}.json`);
  const enrolled = await runDevice(
    ...["enrol", "--serial", serial, "--kind", "camera", "--model", "Axon Body 3", "--out", key],
  );
  expect(enrolled.code, enrolled.stderr).toBe(0);
  const [, path, body] = /^PUT (\S+)\n(.+)$/m.exec(enrolled.stdout) ?? [];
  const admin = createPersonClient(local.access.baseUrl, local.access.tokens.admin);
  expect((await admin.put(String(path), JSON.parse(String(body)))).status).toBe(201);
  return key;
}

const upload = (key: string, camera: string, recording: string, ...more: readonly string[]) =>
  runDevice("upload", ...connection(key), "--camera", camera, "--recording", recording, ...start, ...more);

const statusOf = (stdout: string) =>
  z
    .object({
      footageId: z.string(),
      state: z.string(),
      rejection: z.object({ code: z.string() }).optional(),
    })
    .parse(JSON.parse(stdout));

describe("a device's first day", () => {
  test("makes a key that its owner alone can read, and never overwrites it", async () => {
    const key = await enrolCamera("CAM-KEY");
    expect(statSync(key).mode & 0o777).toBe(0o600);
    const before = readFileSync(key, "utf8");
    const again = await runDevice(
      ...["enrol", "--serial", "CAM-KEY", "--kind", "camera", "--model", "Axon Body 3", "--out", key],
    );
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("never overwritten") });
    expect(readFileSync(key, "utf8")).toBe(before);
  });

  test("prints nothing of the private key", async () => {
    const out = at("secret.json");
    const { stdout, stderr } = await runDevice(
      ...["enrol", "--serial", "CAM-SECRET", "--kind", "camera", "--model", "M", "--out", out],
    );
    const { d } = z.object({ d: z.string() }).parse(JSON.parse(readFileSync(out, "utf8")));
    expect(stdout + stderr).not.toContain(d);
  });

  test("goes from nothing to an accepted clip, its end read from the file; a repeat sends nothing", async () => {
    const key = await enrolCamera("CAM-FIRST");
    const first = await upload(key, "CAM-FIRST", "R-1", CLIP);
    expect(first.code, first.stderr).toBe(0);
    const status = statusOf(first.stdout);
    expect(status.state).toBe("ACCEPTED");

    const again = await upload(key, "CAM-FIRST", "R-1", "--progress", "json", CLIP);
    expect(again.code, again.stderr).toBe(0);
    expect(statusOf(again.stdout)).toEqual(status);
    expect(again.stderr).not.toContain("piece-started");

    // Had the end not been that of the file, this would be another clip's content: 409.
    const spelt = await upload(key, "CAM-FIRST", "R-1", "--end", "2026-03-01T21:01:00.000Z", CLIP);
    expect(spelt.code, spelt.stderr).toBe(0);

    const told = await runDevice("status", ...connection(key), status.footageId);
    expect(told.code).toBe(0);
    expect(statusOf(told.stdout)).toEqual(status);
  });

  test("is told to keep its copy until the clip is settled", async () => {
    const sent = await upload(gatewayKey(), "CAM-KEEP", "R-1", "--no-wait", CLIP);
    expect(sent.code, sent.stderr).toBe(0);
    expect(sent.stderr).toMatch(/Keep your copy until .* says ACCEPTED or REJECTED/);
    expect(sent.stdout + sent.stderr).not.toMatch(/erase|delete/i);
  });

  test("declares what the options and the file beside them say", async () => {
    writeFileSync(
      at("more.json"),
      JSON.stringify({ audio: [], vendor: { dock: 3 }, camera: { serial: "no" } }),
    );
    const options = [
      ...["--clip", "2", "--not-final", "--drill", "--camera-kind", "weapon-mounted", "--weapon", "X12-1"],
      ...["--trigger-on-time", "2026-03-01T21:00:10Z", "--trigger-on", "signal", "--trigger-off", "battery"],
      ...["--incident-ref", "CAD 1", "--camera-model", "TASER CAM HD", "--more", at("more.json")],
    ];
    const sent = await upload(gatewayKey(), "CAM-FULL", "R-1", ...options, CLIP);
    expect(sent.code, sent.stderr).toBe(0);
    expect(statusOf(sent.stdout).state).toBe("ACCEPTED");
  });
});

describe("what a device is told when something is wrong", () => {
  test("a file that is no video: REJECTED with its code, and exit code 4", async () => {
    writeFileSync(at("notes.mp4"), "this is no video");
    const end = ["--end", "2026-03-01T21:01:00Z"];
    const rejected = await upload(gatewayKey(), "CAM-NOTES", "R-1", ...end, at("notes.mp4"));
    expect(rejected.code, rejected.stderr).toBe(4);
    expect(statusOf(rejected.stdout)).toMatchObject({
      state: "REJECTED",
      rejection: { code: "UNSUPPORTED_CONTAINER" },
    });
  });

  test("bad fields: each with its pointer, and exit code 3", async () => {
    const bad = ["--trigger-on", "telepathy", "--end", "tomorrow"];
    const refused = await upload(gatewayKey(), "CAM-BAD", "R-1", ...bad, CLIP);
    expect(refused).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/\/triggerOn: .*/),
    });
    expect(refused.stderr).toContain("/endTime: ");
  });

  test("a key that nobody registered: exit code 3, with what to check", async () => {
    const key = at("unknown.json");
    await runDevice("enrol", "--serial", "CAM-NEW", "--kind", "camera", "--model", "M", "--out", key);
    const refused = await upload(key, "CAM-NEW", "R-1", CLIP);
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining("registered") });
  });

  test.each([
    ["an unknown command", ["frob"], "no command frob"],
    ["an unknown option", ["status", "--frob", "1"], "--frob"],
    ["a missing option", ["status", "f1"], "--key is needed"],
    [
      "a key file that is none",
      ["status", "--key", "package.json", "--base-url", "http://127.0.0.1:1", "f1"],
      "JWK",
    ],
    ["a part size that is none", ["upload", "--part-size", "7", "--key", "", CLIP], "--key is needed"],
  ])("%s: exit code 2", async (_, args, message) => {
    expect(await runDevice(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });

  test("a service that answers something else: exit code 70, and what is wrong with the answer", async () => {
    const proxy = await startMeddlingProxy(local.access.baseUrl, {
      changeAnswer: () => ({ status: 200, body: { state: "FINE" } }),
    });
    const told = await runDevice("status", "--base-url", proxy.baseUrl, "--key", gatewayKey(), "f1");
    await proxy.stop();
    expect(told).toMatchObject({ code: 70, stderr: expect.stringMatching(/^The service's answer .*\n$/) });
  });

  test("a service that is away: exit code 5, and that nothing is settled", async () => {
    const away = ["--base-url", "http://127.0.0.1:1", "--key", gatewayKey(), "--patience", "1"];
    const gaveUp = await runDevice("status", ...away, "f1");
    expect(gaveUp).toMatchObject({ code: 5, stderr: expect.stringContaining("keep your copy") });
  });
});

test("a clip of over 100 MiB goes on after a kill, sending no stored part again", {
  timeout: 120_000,
}, async () => {
  const path = at("long.mp4");
  await writeClipOfSize(path, 120 * MIB, 8 * MIB);
  const command = [
    ...["upload", ...connection(gatewayKey()), "--camera", "CAM-LONG", "--recording", "R-1", ...start],
    ...["--end", "2026-03-01T21:00:20Z", "--part-size", "8", "--progress", "json", path],
  ];
  const event = z.looseObject({
    event: z.string(),
    number: z.number().optional(),
    status: z.number().optional(),
  });
  const first = startDevice(command);
  const stored = new Set<number>();
  for await (const line of first.lines) {
    const { event: name, number, status } = event.parse(JSON.parse(line));
    if (name === "piece-ended" && status === 200) stored.add(Number(number));
    if (stored.size === 5) first.kill();
  }
  expect((await first.ended).code).toBeNull();

  const second = await runDevice(...command);
  expect(second.code, second.stderr).toBe(0);
  expect(statusOf(second.stdout).state).toBe("ACCEPTED");
  const started = second.stderr
    .trim()
    .split("\n")
    .map((line) => event.parse(JSON.parse(line)))
    .flatMap(({ event: name, number }) => (name === "piece-started" ? [Number(number)] : []));
  expect(started.filter((number) => stored.has(number))).toEqual([]);
  expect(started.length + stored.size).toBeLessThanOrEqual(15);
});

test("a file that is replaced between two attempts is another clip, not a mixture", async () => {
  copyFileSync(CLIP, at("replaced.mp4"));
  const first = await upload(gatewayKey(), "CAM-SWAP", "R-1", at("replaced.mp4"));
  copyFileSync("infra/local/footage/brief-20s.mp4", at("replaced.mp4"));
  const second = await upload(gatewayKey(), "CAM-SWAP", "R-1", at("replaced.mp4"));
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(statusOf(second.stdout).footageId).not.toBe(statusOf(first.stdout).footageId);
});

describe("a weapon's log", () => {
  const logOf = (count: number, fill: string) => ({
    weapon: { serial: "X12-LOG", model: "TASER 7" },
    drill: true,
    events: Array.from({ length: count }, (_, index) => ({
      seq: index + 1,
      at: new Date(Date.UTC(2026, 2, 1, 21) + index * 1000).toISOString(),
      type: index === 0 ? "test" : "usb",
      cartridge: { serial: fill },
    })),
  });
  const send = (log: object) => {
    writeFileSync(at("log.json"), JSON.stringify(log));
    return runDevice("log", ...connection(gatewayKey()), at("log.json"));
  };

  test("is received, with its incidents; a repeat is known", async () => {
    const first = await send(logOf(1, "C"));
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).toContain("rows 1 to 1: received\n");
    expect(JSON.parse(first.stdout)).toMatchObject({ isNew: true, incidents: [{ kind: "TEST" }] });
    const again = await send(logOf(1, "C"));
    expect(again.stderr).toContain("received before");
    expect(JSON.parse(again.stdout)).toMatchObject({ isNew: false, incidents: [{ kind: "TEST" }] });
  });

  test("of over 4 MB goes in several downloads", { timeout: 120_000 }, async () => {
    const log = { ...logOf(20_500, "C".repeat(64)), weapon: { serial: "X12-LONG", model: "TASER 7" } };
    const sent = await send({
      ...log,
      events: log.events.map((event) => ({
        ...event,
        location: { lat: 51.5033, lon: -0.1196, accuracyMetres: 12.25 },
      })),
    });
    expect(sent.code, sent.stderr).toBe(0);
    const downloads = sent.stdout.trim().split("\n");
    expect(downloads.length).toBeGreaterThanOrEqual(2);
    expect(JSON.parse(String(downloads.at(-1)))).toMatchObject({ toSeq: 20_500, isNew: true });
  });
});
