import { once } from "node:events";
import { createReadStream } from "node:fs";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { Piece } from "./clip-file.ts";
import { reasonOf } from "./reason-of.ts";

/** Where one piece goes, as the service told it. */
export type UploadUrl = { readonly url: string; readonly headers: Readonly<Record<string, string>> };

/**
 * What became of one PUT. `sent` is what was handed to the connection, headers included: never less than what left
 * this machine. `code` is the store's own word (`BadDigest`, `PreconditionFailed` …).
 */
export type PutOutcome =
  | { readonly status: number; readonly code: string | undefined; readonly sent: number }
  | { readonly lost: string; readonly sent: number };

/** Progress is told at least each time that so much more was sent, and 64 KiB. */
export const TELL_EVERY_BYTES = 1024 * 1024;

/** A connection on which nothing moves for so long is given up. */
const SILENT_MS = 60_000;

/**
 * Sends one piece with exactly the headers that came with its URL. An answer that comes before the piece is sent
 * ends the sending: what was refused is not sent to its end. Never throws for what happens on the way.
 */
export async function putPiece(
  { url, headers }: UploadUrl,
  piece: Piece,
  onSent: (bytes: number) => void,
): Promise<PutOutcome> {
  const request = (url.startsWith("https:") ? requestHttps : requestHttp)(url, { method: "PUT", headers });
  let socket: Socket | undefined;
  let sentBefore = 0;
  request.once("socket", (given) => {
    socket = given;
    sentBefore = given.bytesWritten;
  });
  request.setTimeout(SILENT_MS, () => request.destroy(new Error(`nothing moved for ${SILENT_MS / 1000} s`)));
  const sent = () => (socket?.bytesWritten ?? sentBefore) - sentBefore;
  const { path, from, length } = piece;
  const body = createReadStream(path, { start: from, end: from + length - 1 });
  let told = 0;
  body.on("data", () => {
    if (sent() - told < TELL_EVERY_BYTES) return;
    told = sent();
    onSent(told);
  });
  const sending = pipeline(body, request);
  // What goes wrong while sending is told by the answer, or by the request's own error.
  sending.catch(() => undefined);
  try {
    const [response] = await once(request, "response");
    const code = /<Code>(?<code>\w+)<\/Code>/.exec(await text(response))?.groups?.["code"];
    return { status: response.statusCode, code, sent: sent() };
  } catch (error) {
    return { lost: reasonOf(error), sent: sent() };
  } finally {
    if (!request.writableFinished) request.destroy();
  }
}

/** 412: the object exists, so an earlier attempt came through although its answer did not. */
export function isStored(outcome: PutOutcome): boolean {
  return "status" in outcome && (outcome.status === 200 || outcome.status === 412);
}

/** What went wrong with a PUT, in words. */
export function troubleOf(outcome: PutOutcome): string {
  if ("lost" in outcome) return `the connection to the store was lost (${outcome.lost})`;
  return `the store answered ${outcome.status}${outcome.code ? ` ${outcome.code}` : ""}`;
}
