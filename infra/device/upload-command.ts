import { basename } from "node:path";
import { cameraKind, MIB, PART_SIZES } from "#contracts/footage.ts";
import { type ClipFile, playingTimeOf, readClipFile } from "./clip-file.ts";
import {
  type CommandLine,
  connect,
  connectionOptions,
  onlyArgument,
  patienceMsOf,
  readCommandLine,
} from "./command-line.ts";
import { readJsonFile } from "./device-key.ts";
import { exitCodes, UsageError } from "./failures.ts";
import { mediaTypeOf } from "./media-type-of.ts";
import { createProgress, type Progress } from "./progress.ts";
import { type ClipDeclaration, uploadClip, waitUntilSettled } from "./upload-clip.ts";

export const uploadUsage = `upload --base-url URL --key key.json [--key-id S] --recording R --camera S --start TIME [--end TIME] FILE
    Declares a clip, uploads it and waits until it is ACCEPTED or REJECTED. After any break, run the same command again.
    Without --end the clip ends as many seconds after --start as the file plays. Times are RFC 3339 with an offset.
      --clip N (1)  --not-final  --drill  --not-original
      --camera-kind body-worn|weapon-mounted|vehicle|fixed (body-worn)  --camera-model M  --weapon S (weapon-mounted)
      --trigger-on-time TIME  --trigger-on W  --trigger-off W  --incident-ref TEXT
      --more more.json     further fields of the declaration: audio, clock, signals, positions, vendor
      --part-size 64|8     MiB in a part of a file over 100 MiB (64; 8 for bad links)
      --parallel N         parts sent at once, at most (3); one at a time after a loss
      --no-wait            ends when all is sent; keep the file until \`status\` says ACCEPTED or REJECTED
      --wait SECONDS       how long to wait for that (3600)
      --progress json      one JSON object a line on stderr`;

const PARALLEL = 3;
const WAIT_SECONDS = 3600;

/** Uploads one clip; the exit code says what became of it. */
export async function upload(args: readonly string[]): Promise<number> {
  const line = readCommandLine(args, {
    ...connectionOptions,
    ...{ recording: "string", clip: "string", "not-final": "boolean", drill: "boolean" },
    ...{ camera: "string", "camera-kind": "string", "camera-model": "string", weapon: "string" },
    ...{ start: "string", end: "string", "trigger-on-time": "string", "trigger-on": "string" },
    ...{ "trigger-off": "string", "incident-ref": "string", more: "string", "not-original": "boolean" },
    ...{ "content-type": "string", "part-size": "string", parallel: "string" },
    ...{ "no-wait": "boolean", wait: "string", progress: "string" },
  });
  const path = onlyArgument(line, "file");
  const progress = createProgress(line.text("progress"));
  const client = connect(line, progress.note);
  const declaration = await declarationOf(line, path);
  const file = await readClipFile(path, partBytesOf(line), (bytes) => progress.read(bytes));
  progress.hashed(file);
  const { footageId } = await uploadClip(file, declaration, {
    client,
    patienceMs: patienceMsOf(line),
    parallel: Math.max(1, line.number("parallel", PARALLEL)),
    onEvent: progress.event,
  });
  if (line.has("no-wait")) return tellSent(footageId, progress);
  progress.note(`${footageId}: all is sent; keep your copy until it is ACCEPTED or REJECTED`);
  const status = await waitUntilSettled(footageId, client, line.number("wait", WAIT_SECONDS) * 1000);
  process.stdout.write(`${JSON.stringify(status)}\n`);
  if (status.state === "ACCEPTED") return exitCodes.done;
  progress.note(`REJECTED ${status.rejection?.code ?? ""}: ${status.rejection?.detail ?? ""}`);
  return exitCodes.rejected;
}

function tellSent(footageId: string, progress: Progress): number {
  process.stdout.write(`${JSON.stringify({ footageId, state: "PROCESSING" })}\n`);
  progress.note(
    `${footageId}: all is sent. Keep your copy until \`status ${footageId}\` says ACCEPTED or REJECTED.`,
  );
  return exitCodes.done;
}

/** What the options say of the clip. What they say wrong is told by the service, with its pointer. */
async function declarationOf(line: CommandLine, path: string): Promise<ClipDeclaration> {
  const kind = line.text("camera-kind") ?? "body-worn";
  if (!cameraKind.safeParse(kind).success) {
    throw new UsageError(`--camera-kind must be one of ${cameraKind.options.join(", ")}.`);
  }
  const startTime = line.need("start");
  const more = line.text("more");
  return {
    ...(more === undefined ? {} : (readJsonFile(more) as object)),
    recordingId: line.need("recording"),
    clip: line.number("clip", 1),
    final: !line.has("not-final"),
    drill: line.has("drill"),
    camera: {
      serial: line.need("camera"),
      kind,
      ...given({ model: line.text("camera-model"), weaponSerial: line.text("weapon") }),
    },
    startTime,
    endTime: line.text("end") ?? (await endOf(path, startTime)),
    ...given({
      triggerOnTime: line.text("trigger-on-time"),
      triggerOn: line.text("trigger-on"),
      triggerOff: line.text("trigger-off"),
      incidentRef: line.text("incident-ref"),
    }),
    file: {
      name: basename(path),
      contentType: line.text("content-type") ?? mediaTypeOf(path),
      original: !line.has("not-original"),
    },
  };
}

/** Only what is there: an absent field is not the same as an empty one. */
function given(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

async function endOf(path: string, startTime: string): Promise<string> {
  const start = Date.parse(startTime);
  if (Number.isNaN(start)) throw new UsageError("--start must be a time such as 2026-11-21T21:03:10Z");
  return new Date(start + (await playingTimeOf(path))).toISOString();
}

function partBytesOf(line: CommandLine): ClipFile["partBytes"] {
  const bytes = line.number("part-size", PART_SIZES[0] / MIB) * MIB;
  if (PART_SIZES.some((size) => size === bytes)) return bytes;
  throw new UsageError("--part-size must be 64 or 8.");
}
