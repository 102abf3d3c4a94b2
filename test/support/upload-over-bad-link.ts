import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { TELL_EVERY_BYTES } from "#infra/device/put-piece.ts";
import { sha256OfFile, writeClipOfSize } from "./clip-of-size.ts";
import { startDevice } from "./device-process.ts";
import { type LocalProcess, startLocalProcess, temporaryFolder } from "./local-process.ts";
import { startMeddlingProxy } from "./meddling-proxy.ts";
import { randomFrom } from "./reference-judge/random-source.ts";

export type BadLink = {
  readonly bytes: number;
  readonly partBytes: number;
  /** The probability with which each PUT of a part is cut, at a random byte of it. */
  readonly lossRate: number;
  /** How often the client is killed, and how often the server is. */
  readonly restarts: number;
  readonly seed: number;
};

export type Crossing = {
  readonly state: string;
  /** Whether what is stored has the SHA-256 of what was sent. */
  readonly whole: boolean;
  /**
   * What the clients handed to their connections, so never less than what left them. Of a part that was under way
   * when its client was killed: what the client last said, and as much as it may have sent since.
   */
  readonly sentBytes: number;
  /** What arrived at the other end of the bad link. */
  readonly arrivedBytes: number;
  readonly puts: number;
  readonly cuts: number;
  readonly clientStarts: number;
  readonly serverStarts: number;
  readonly seconds: number;
};

const clientEvent = z.discriminatedUnion("event", [
  z.object({ event: z.literal("piece-started"), number: z.number(), bytes: z.number() }),
  z.object({ event: z.literal("piece-under-way"), number: z.number(), sent: z.number() }),
  z.object({
    event: z.literal("piece-ended"),
    number: z.number(),
    sent: z.number(),
    status: z.number().optional(),
  }),
]);

/** Uploads a clip over a link that loses parts, while both ends are killed and started again. */
export async function uploadOverBadLink(link: BadLink): Promise<Crossing> {
  using folder = temporaryFolder();
  const path = join(folder.path, "clip.mp4");
  const dataFolder = join(folder.path, "data");
  await writeClipOfSize(path, link.bytes, link.partBytes);
  const random = randomFrom(link.seed);
  let server = await startLocalProcess(dataFolder);
  const { baseUrl } = server.access;
  const proxy = await startMeddlingProxy(baseUrl, {
    cutPutAfter: (bytes) => (random.chance(link.lossRate) ? random.whole(0, bytes - 1) : undefined),
  });
  const started = performance.now();
  try {
    const meter = createMeter();
    const command = uploadCommand({ path, dataFolder, baseUrl: proxy.baseUrl, partBytes: link.partBytes });
    // One end at a time, in turns, at even distances of progress.
    const kills = Array.from(
      { length: 2 * link.restarts },
      (_, index) => (index + 1) / (2 * link.restarts + 1),
    );
    const count = Math.ceil(link.bytes / link.partBytes);
    let serverStarts = 1;
    let clientStarts = 0;
    for (;;) {
      clientStarts += 1;
      const client = startDevice(command);
      for await (const line of client.lines) {
        meter.take(line);
        if (meter.stored() < (kills[0] ?? 1) * count || kills.length === 0) continue;
        kills.shift();
        if (kills.length % 2 === 1) {
          client.kill();
        } else {
          server = await restart(server, dataFolder);
          serverStarts += 1;
        }
      }
      const { code, stdout, stderr } = await client.ended;
      meter.clientEnded();
      if (code === null) continue;
      if (code !== 0) throw new Error(`the client ended with ${code}:\n${stderr}`);
      const { state } = z.object({ state: z.string() }).parse(JSON.parse(stdout));
      const whole = (await storedHashes(dataFolder)).includes(await sha256OfFile(path));
      const { putBytes: arrivedBytes, cuts } = proxy.measured();
      const seconds = (performance.now() - started) / 1000;
      return { state, whole, ...meter.read(), arrivedBytes, cuts, clientStarts, serverStarts, seconds };
    }
  } finally {
    await proxy.stop();
    await server.end("SIGKILL");
  }
}

function uploadCommand(of: { path: string; dataFolder: string; baseUrl: string; partBytes: number }) {
  return [
    "upload",
    ...["--base-url", of.baseUrl, "--key", join(of.dataFolder, "access.json")],
    ...["--recording", "R-BAD-LINK", "--camera", "BWC-BAD-LINK", "--drill"],
    ...["--start", "2026-03-01T21:00:00Z", "--end", "2026-03-01T21:00:20Z"],
    ...["--part-size", String(of.partBytes / 1024 / 1024), "--progress", "json"],
    of.path,
  ];
}

/** Killed without warning and started again on the same folder and port. */
async function restart(server: LocalProcess, dataFolder: string): Promise<LocalProcess> {
  await server.end("SIGKILL");
  return startLocalProcess(dataFolder, { PORT: new URL(server.access.baseUrl).port });
}

/** What a client may have sent since it last told. */
const UNTOLD_BYTES = TELL_EVERY_BYTES + 64 * 1024;

/** Adds up what the clients say that they sent. */
function createMeter() {
  const underWay = new Map<number, number>();
  const storedParts = new Set<number>();
  let sentBytes = 0;
  let puts = 0;
  return {
    take: (line: string) => {
      const event = clientEvent.safeParse(JSON.parse(line)).data;
      if (event === undefined) return;
      if (event.event === "piece-started") {
        puts += 1;
        underWay.set(event.number, UNTOLD_BYTES);
        return;
      }
      if (event.event === "piece-under-way") {
        underWay.set(event.number, event.sent + UNTOLD_BYTES);
        return;
      }
      underWay.delete(event.number);
      sentBytes += event.sent;
      if (event.status === 200) storedParts.add(event.number);
    },
    stored: () => storedParts.size,
    /** What was under way when a client was killed was sent in vain. */
    clientEnded: () => {
      for (const bytes of underWay.values()) sentBytes += bytes;
      underWay.clear();
    },
    read: () => ({ sentBytes, puts }),
  };
}

/** The hash of every clip in the local store. */
async function storedHashes(dataFolder: string): Promise<string[]> {
  const folder = join(dataFolder, "evidence", "objects", "footage");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const contents = files.filter((file) => file.endsWith("@content"));
  return Promise.all(contents.map((file) => sha256OfFile(join(folder, file))));
}
