import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as pauseFor } from "node:timers/promises";
import * as z from "zod";
import type { DeviceKey } from "#infra/device/sign-request.ts";
import { CheckFailedError, NotPossibleError } from "./check.ts";
import { expectBody, expectStatus } from "./expect.ts";
import { createPlainSender, createSender, putBytes, type Reply, type Send } from "./requests.ts";

export type WorldOptions = {
  readonly baseUrl: string;
  readonly key: DeviceKey;
  /** What the key's serial is registered as. A weapon's key is of no use: drills would go into its real log. */
  readonly speaksAs: "gateway" | "camera";
  readonly adminToken: string | undefined;
  readonly large: boolean;
  readonly waitForExpiry: boolean;
};

/** What the checks act on and with. Everything that they send is a drill, under serials of this run alone. */
export type World = WorldOptions & {
  /** Eight characters that no other run has. */
  readonly run: string;
  /** Requests that are signed. */
  readonly send: Send;
  /** Requests of somebody unknown. */
  readonly sendUnsigned: (method: string, path: string, body?: unknown) => Promise<Reply>;
  /** Requests of an admin. Throws `NotPossibleError` without a token. */
  readonly sendAsAdmin: (method: string, path: string, body?: unknown) => Promise<Reply>;
  /** A name that nobody used before, such as `DRILL-1f0c22aa-W-3`. */
  readonly newName: (kind: string) => string;
  /** A declaration of the sample clip under a recording of its own. */
  readonly declaration: (changes?: Readonly<Record<string, unknown>>) => Declaration;
  /** A download of a test firing, under a weapon of its own. Throws `NotPossibleError` for a camera's key. */
  readonly log: (changes?: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  /** Looks until the clip is settled. */
  readonly settled: (footageId: string) => Promise<Footage>;
  /** The sample clip, stored and ACCEPTED; the same for all checks that ask for it. */
  readonly acceptedClip: () => Promise<AcceptedClip>;
};

export type Declaration = Readonly<Record<string, unknown>> & {
  readonly file: Readonly<Record<string, unknown>>;
};
export type AcceptedClip = {
  readonly declaration: Declaration;
  readonly footageId: string;
  readonly upload: z.output<typeof uploadUrl>;
  readonly status: Footage;
};

/** The contract's words of the answers, apart from the schemas of the service that is being checked. */
const utc = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/, "expected UTC with milliseconds and Z");
const segment = z.string().regex(/^[A-Za-z0-9._-]+$/, "expected an id that fits into a path");
export const uploadUrl = z.object({
  url: z.url(),
  headers: z.record(z.string(), z.string()),
  expiresAt: utc,
});
export const wholeAnswer = z.object({ footageId: segment, upload: uploadUrl });
export const partsAnswer = z.object({
  footageId: segment,
  upload: z.object({
    parts: z.array(uploadUrl.extend({ number: z.int() })),
    have: z.array(z.int()),
    remaining: z.int(),
  }),
});
export const nothingMissing = z.object({ footageId: segment, upload: z.null() });
export const declaredAnswer = z.object({ footageId: segment, upload: z.unknown() });
export const footage = z.object({
  state: z.enum(["AWAITING_UPLOAD", "PROCESSING", "ACCEPTED", "REJECTED", "EXPIRED"]),
  rejection: z.object({ code: z.string().min(1), detail: z.string().min(1) }).optional(),
  media: z.looseObject({}).optional(),
});
export type Footage = z.output<typeof footage>;
export const logAnswer = z.object({
  logId: segment,
  incidents: z.array(
    z.object({
      incidentId: segment,
      kind: z.enum(["DISCHARGE", "NON_DISCHARGE", "UNINTENTIONAL", "TEST", "TRAINING", "UNKNOWN"]),
    }),
  ),
});
export const timeAnswer = z.object({ now: utc });

/** 20 s of H.264 and AAC, the shortest of the demonstration's clips: 3.5 KB. */
export const sampleClip = new Uint8Array(readFileSync(new URL("sample-clip.mp4", import.meta.url)));
export const SAMPLE_SECONDS = 20;

export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** What a file says of itself in a declaration. */
export const fileOf = (bytes: Uint8Array) => ({
  name: "drill.mp4",
  bytes: bytes.length,
  contentType: "video/mp4",
  sha256: sha256Of(bytes),
});

/**
 * Long before any weapon that carries this system, so that no drill ever overlaps a real incident. Clips and logs
 * lie a year apart: a clip starts another evaluation of every incident around it, and there must be none.
 */
const DRILL_CLIPS_MS = Date.parse("2002-02-02T02:00:00Z");
const DRILL_LOGS_MS = Date.parse("2003-03-03T03:00:00Z");

/** A camera's time in a drill. */
export const clipTime = (seconds: number): string => new Date(DRILL_CLIPS_MS + seconds * 1000).toISOString();

/** A weapon's time in a drill. */
export const logTime = (seconds: number): string => new Date(DRILL_LOGS_MS + seconds * 1000).toISOString();

/** A row of a spark test: never a use, so it alerts nobody. */
export const testRow = (seq: number, changes: Readonly<Record<string, unknown>> = {}) => ({
  seq,
  at: logTime(seq),
  type: "test",
  ...changes,
});

const SETTLED_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 500;

export function createWorld(options: WorldOptions): World {
  const run = randomBytes(4).toString("hex");
  const send = createSender(options.baseUrl, options.key);
  const asAdmin = options.adminToken && createPlainSender(options.baseUrl, options.adminToken);
  let names = 0;
  const newName = (kind: string) => {
    names += 1;
    return `DRILL-${run}-${kind}-${names}`;
  };
  /** A gateway has a device for every name, a camera only itself. */
  const isGateway = options.speaksAs === "gateway";

  const declaration: World["declaration"] = (changes = {}) => ({
    recordingId: newName("R"),
    drill: true,
    camera: { serial: isGateway ? newName("C") : options.key.keyId, kind: "body-worn" },
    startTime: clipTime(0),
    endTime: clipTime(SAMPLE_SECONDS),
    file: fileOf(sampleClip),
    ...changes,
  });
  const log: World["log"] = (changes = {}) => {
    if (!isGateway) throw new NotPossibleError("a camera sends no logs: run it with a gateway's key");
    return {
      weapon: { serial: newName("W"), model: "DRILL" },
      drill: true,
      events: [testRow(1)],
      ...changes,
    };
  };
  const settled = async (footageId: string): Promise<Footage> => {
    const until = performance.now() + SETTLED_WITHIN_MS;
    for (;;) {
      const status = expectBody(await send("GET", `/v1/footage/${footageId}`), footage, 200);
      if (status.state === "ACCEPTED" || status.state === "REJECTED") return status;
      if (performance.now() > until) {
        throw new CheckFailedError(`still ${status.state} after ${SETTLED_WITHIN_MS / 1000} s`);
      }
      await pauseFor(LOOK_EVERY_MS);
    }
  };
  let accepted: Promise<AcceptedClip> | undefined;
  const world: World = {
    ...options,
    run,
    send,
    sendUnsigned: createPlainSender(options.baseUrl),
    sendAsAdmin: async (method, path, body) => {
      if (asAdmin) return asAdmin(method, path, body);
      throw new NotPossibleError("it needs an admin: run it with --admin-token");
    },
    newName,
    declaration,
    log,
    settled,
    acceptedClip: () => {
      accepted ??= uploadSample(world);
      return accepted;
    },
  };
  return world;
}

async function uploadSample(world: World): Promise<AcceptedClip> {
  const declaration = world.declaration();
  const answer = expectBody(await world.send("POST", "/v1/footage", declaration), wholeAnswer, 201);
  const { footageId, upload } = answer;
  const stored = await putBytes(upload, sampleClip);
  expectStatus({ ...stored, contentType: "" }, 200);
  return { declaration, footageId, upload, status: await world.settled(footageId) };
}
