import { setTimeout as pauseFor } from "node:timers/promises";
import type * as z from "zod";
import { footageAnswer, footageDeclaredAnswer } from "#contracts/answers.ts";
import { PARTS_AT_A_TIME } from "#contracts/footage.ts";
import { type ClipFile, checkUnchanged, pieceOf } from "./clip-file.ts";
import type { DeviceClient } from "./device-client.ts";
import { GaveUpError, RefusedError } from "./failures.ts";
import { isStored, type PutOutcome, putPiece, troubleOf, type UploadUrl } from "./put-piece.ts";
import { pauseBefore } from "./try-again.ts";

/** What is declared beside the file itself: the body of `POST /v1/footage` (contract §3). */
export type ClipDeclaration = Readonly<Record<string, unknown>> & {
  readonly file: { readonly name: string; readonly contentType: string; readonly original: boolean };
};

/** What happens during an upload, for whoever shows its progress. */
export type UploadEvent =
  | { readonly event: "declared"; readonly footageId: string; readonly remaining: number }
  | { readonly event: "piece-started"; readonly number: number; readonly bytes: number }
  /** So many bytes of the piece were handed to the connection. */
  | { readonly event: "piece-under-way"; readonly number: number; readonly sent: number }
  | ({ readonly event: "piece-ended"; readonly number: number } & PutOutcome)
  | { readonly event: "completing"; readonly footageId: string };

export type UploadDeps = {
  readonly client: DeviceClient;
  /** For so long without any progress it is tried again. */
  readonly patienceMs: number;
  /** How many parts are sent at once, at most; a link that loses some gets them one at a time. */
  readonly parallel: number;
  readonly onEvent: (event: UploadEvent) => void;
};

type SendDeps = UploadDeps & { readonly link: ReturnType<typeof createLink> };

/** How a round of sending ended: all is there, something more is, or nothing came through. */
type Round = { readonly stored: boolean; readonly progress: boolean; readonly trouble?: string };

/**
 * Uploads a clip: declares it, sends what the store does not have yet, completes it. After any break the same call
 * goes on where the last one ended, because declaring again tells what is there.
 *
 * The clip is then on its way and not yet accepted: the own copy is kept until `ACCEPTED` or `REJECTED`.
 * Throws `RefusedError`, `GaveUpError` and, for a file that changes meanwhile, `UsageError`.
 */
export async function uploadClip(
  file: ClipFile,
  declaration: ClipDeclaration,
  deps: UploadDeps,
): Promise<{ readonly footageId: string }> {
  const have = new Set<number>();
  const sending: SendDeps = { ...deps, link: createLink(deps.parallel) };
  let failures = 0;
  let progressAt = performance.now();
  for (;;) {
    const { footageId, upload } = await declare(file, declaration, have, deps);
    const round = await sendRound(file, footageId, upload, have, sending);
    if (round.stored) return { footageId };
    if (round.progress) {
      failures = 0;
      progressAt = performance.now();
      continue;
    }
    await checkUnchanged(file);
    failures += 1;
    const pause = pauseBefore(failures);
    if (performance.now() - progressAt + pause > deps.patienceMs) {
      throw new GaveUpError(`Nothing of the clip came through: ${round.trouble ?? "no answer"}`);
    }
    await pauseFor(pause);
  }
}

type Upload = z.output<typeof footageDeclaredAnswer>["upload"];

async function declare(
  { bytes, sha256, partBytes, partHashes }: ClipFile,
  declaration: ClipDeclaration,
  have: ReadonlySet<number>,
  deps: UploadDeps,
) {
  const parts = partHashes
    .map((hash, index) => ({ number: index + 1, sha256: hash }))
    .filter(({ number }) => !have.has(number))
    .slice(0, PARTS_AT_A_TIME);
  const file = { ...declaration.file, bytes, sha256, partBytes, ...(parts.length > 0 ? { parts } : {}) };
  const { body } = await deps.client.post("/v1/footage", { ...declaration, file });
  return footageDeclaredAnswer.parse(body);
}

async function sendRound(
  file: ClipFile,
  footageId: string,
  upload: Upload,
  have: Set<number>,
  deps: SendDeps,
): Promise<Round> {
  if (upload === null) return { stored: true, progress: true };
  if ("url" in upload) {
    deps.onEvent({ event: "declared", footageId, remaining: 1 });
    return roundOf(await sendPiece(file, { ...upload, number: 1 }, deps));
  }
  deps.onEvent({ event: "declared", footageId, remaining: upload.remaining });
  const knew = have.size;
  for (const number of upload.have) have.add(number);
  if (upload.remaining === 0) return complete(footageId, have, deps);
  const outcomes = await sendParts(file, upload.parts, have, deps);
  const trouble = outcomes.find((outcome) => !isStored(outcome));
  return {
    stored: false,
    progress: have.size > knew,
    ...(trouble ? { trouble: troubleOf(trouble) } : {}),
  };
}

/** Sends the parts, as many at once as the link bears, and adds what came through to `have`. */
async function sendParts(
  file: ClipFile,
  parts: readonly (UploadUrl & { readonly number: number })[],
  have: Set<number>,
  { link, ...deps }: SendDeps,
): Promise<PutOutcome[]> {
  const outcomes: PutOutcome[] = [];
  const underWay = new Set<Promise<void>>();
  for (const part of parts) {
    while (underWay.size >= link.lanes()) await Promise.race(underWay);
    const sending = sendPiece(file, part, deps).then((outcome) => {
      underWay.delete(sending);
      outcomes.push(outcome);
      link.learn(isStored(outcome));
      if (isStored(outcome)) have.add(part.number);
    });
    underWay.add(sending);
  }
  await Promise.all(underWay);
  return outcomes;
}

/** So many parts in a row come through before another is sent at the same time. */
const ROW_FOR_A_LANE = 4;

/**
 * How many parts a link bears at once: one at first, more while all goes well, one again after each loss. On a link
 * that breaks, a break costs every part that is under way.
 */
function createLink(mostLanes: number) {
  let inRow = 0;
  return {
    lanes: () => Math.min(mostLanes, 1 + Math.floor(inRow / ROW_FOR_A_LANE)),
    learn: (cameThrough: boolean) => {
      inRow = cameThrough ? inRow + 1 : 0;
    },
  };
}

async function sendPiece(
  file: ClipFile,
  part: UploadUrl & { readonly number: number },
  deps: UploadDeps,
): Promise<PutOutcome> {
  const { number } = part;
  const piece =
    file.partHashes.length === 0 ? { path: file.path, from: 0, length: file.bytes } : pieceOf(file, number);
  deps.onEvent({ event: "piece-started", number, bytes: piece.length });
  const outcome = await putPiece(part, piece, (sent) =>
    deps.onEvent({ event: "piece-under-way", number, sent }),
  );
  deps.onEvent({ event: "piece-ended", number, ...outcome });
  return outcome;
}

function roundOf(outcome: PutOutcome): Round {
  const stored = isStored(outcome);
  return stored ? { stored, progress: true } : { stored, progress: false, trouble: troubleOf(outcome) };
}

/** A part that the service does not see after all is sent again; anything else that is refused is told. */
async function complete(footageId: string, have: Set<number>, deps: UploadDeps): Promise<Round> {
  deps.onEvent({ event: "completing", footageId });
  try {
    await deps.client.post(`/v1/footage/${footageId}/complete`, {});
    return { stored: true, progress: true };
  } catch (error) {
    if (!(error instanceof RefusedError) || error.status !== 409) throw error;
    have.clear();
    return { stored: false, progress: false, trouble: error.message };
  }
}

export type FootageStatus = z.output<typeof footageAnswer>;

/** Where a clip stands. */
export async function readStatus(footageId: string, client: DeviceClient): Promise<FootageStatus> {
  const { body } = await client.get(`/v1/footage/${encodeURIComponent(footageId)}`);
  return footageAnswer.parse(body);
}

const FIRST_LOOK_MS = 300;
const LONGEST_LOOK_MS = 30_000;

/**
 * Waits until the clip is `ACCEPTED` or `REJECTED`: from then on the device may erase its own copy.
 * Throws `GaveUpError` when that takes longer than `withinMs`, or when the upload was given up by the service.
 */
export async function waitUntilSettled(
  footageId: string,
  client: DeviceClient,
  withinMs: number,
): Promise<FootageStatus> {
  const since = performance.now();
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(LONGEST_LOOK_MS, pause * 1.5)) {
    const status = await readStatus(footageId, client);
    if (status.state === "ACCEPTED" || status.state === "REJECTED") return status;
    if (status.state === "EXPIRED")
      throw new GaveUpError(`The upload of ${footageId} expired before it was whole`);
    if (performance.now() - since + pause > withinMs) {
      throw new GaveUpError(`${footageId} is ${status.state} and not yet settled`);
    }
    await pauseFor(pause);
  }
}
