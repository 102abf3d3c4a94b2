import { randomUUID } from "node:crypto";
import { base64ToHex } from "#adapters/multipart.ts";
import type { Clock } from "#ports/clock.ts";
import type { Draft, ObjectFacts, ObjectFolder, Protection } from "./object-folder.ts";
import type { PartFolder } from "./part-folder.ts";
import type { UploadGrant, UploadRequest, UploadSigner } from "./upload-signer.ts";

/** S3's answers to a PUT, by its own error codes. `etag` is quoted, as in the header. */
export type UploadAnswer =
  | { readonly status: 200; readonly etag: string; readonly versionId?: string }
  | { readonly status: 400 | 403 | 404 | 409 | 412; readonly code: string; readonly message: string };

export type ReceiveUpload = (
  request: UploadRequest & { readonly body: AsyncIterable<Uint8Array> },
) => Promise<UploadAnswer>;

export type PublishObject = (
  draft: Draft,
  object: {
    readonly key: string;
    readonly contentType: string;
    readonly composite?: { readonly sha256: string };
  },
) => Promise<ObjectFacts | undefined>;

/** Makes drafts into objects, protected from their first byte on. Undefined when the key has an object. */
export function createPublisher(deps: {
  readonly objects: ObjectFolder;
  readonly clock: Clock;
  readonly lockDays: number;
  readonly onObjectCreated: (object: ObjectFacts) => void;
}): PublishObject {
  return async (draft, { key, contentType, composite }) => {
    const now = deps.clock.now();
    const facts: ObjectFacts = {
      key,
      contentType,
      bytes: draft.bytes,
      sha256: composite?.sha256 ?? draft.sha256,
      composite: composite !== undefined,
      storedAt: now.toISOString(),
      versionId: randomUUID(),
    };
    const retainedUntil = new Date(now.getTime() + deps.lockDays * 86_400_000).toISOString();
    const initial: Protection = { retainedUntil, held: false };
    try {
      if (!(await deps.objects.publish(draft, facts, initial))) return undefined;
    } finally {
      await draft.discard();
    }
    deps.onObjectCreated(facts);
    return facts;
  };
}

/**
 * Receives one PUT to a presigned URL. Bytes are counted and hashed while they stream to the disk; whatever
 * is wrong with them, nothing of them stays.
 */
export function createUploadReceiver(deps: {
  readonly signer: UploadSigner;
  readonly objects: ObjectFolder;
  readonly parts: PartFolder;
  readonly publish: PublishObject;
  /** A body that sends nothing for so long is given up. */
  readonly idleMilliseconds: number;
}): ReceiveUpload {
  /** Keys that somebody writes right now; one process owns the folder, so memory is enough. */
  const writing = new Set<string>();

  async function receiveWhole(grant: UploadGrant, body: AsyncIterable<Uint8Array>): Promise<UploadAnswer> {
    if (await deps.objects.facts(grant.key)) return exists;
    if (writing.has(grant.key)) return conflict;
    writing.add(grant.key);
    try {
      const draft = await deps.objects.receive(withIdleLimit(body, deps.idleMilliseconds));
      const mistake = findMistake(draft, grant);
      if (mistake) {
        await draft.discard();
        return mistake;
      }
      const contentType = grant.headers["content-type"] ?? "application/octet-stream";
      const facts = await deps.publish(draft, { key: grant.key, contentType });
      return facts ? { status: 200, etag: `"${facts.sha256}"`, versionId: facts.versionId } : exists;
    } finally {
      writing.delete(grant.key);
    }
  }

  async function receivePart(
    grant: UploadGrant,
    part: { uploadId: string; number: number },
    body: AsyncIterable<Uint8Array>,
  ): Promise<UploadAnswer> {
    const upload = await deps.parts.upload(part.uploadId);
    if (upload?.key !== grant.key) return noSuchUpload;
    const draft = await deps.objects.receive(withIdleLimit(body, deps.idleMilliseconds));
    const mistake = findMistake(draft, grant);
    if (mistake) {
      await draft.discard();
      return mistake;
    }
    await deps.parts.keep(part.uploadId, part.number, draft);
    return { status: 200, etag: `"${draft.sha256}"` };
  }

  return async ({ body, ...request }) => {
    const grant = deps.signer.verify(request);
    if (typeof grant === "string") return { status: 403, code: "AccessDenied", message: grant };
    try {
      return grant.part ? await receivePart(grant, grant.part, body) : await receiveWhole(grant, body);
    } catch (error) {
      if (error instanceof BodyLostError) return { status: 400, code: error.code, message: error.message };
      throw error;
    }
  };
}

const exists: UploadAnswer = {
  status: 412,
  code: "PreconditionFailed",
  message: "An object exists under this key, and objects are written once.",
};
const conflict: UploadAnswer = {
  status: 409,
  code: "ConditionalRequestConflict",
  message: "Another write of this object is running: try again when it has ended.",
};
const noSuchUpload: UploadAnswer = {
  status: 404,
  code: "NoSuchUpload",
  message: "The upload has ended: declare the footage again.",
};

function findMistake(draft: Draft, grant: UploadGrant): UploadAnswer | undefined {
  if (draft.bytes !== Number(grant.headers["content-length"])) {
    return { status: 400, code: "IncompleteBody", message: `The body ended after ${draft.bytes} bytes.` };
  }
  if (draft.sha256 !== base64ToHex(grant.headers["x-amz-checksum-sha256"] ?? "")) {
    return { status: 400, code: "BadDigest", message: "The SHA-256 of the body is not the declared one." };
  }
  return undefined;
}

/** The sender went away or fell silent; its own class, since a failing disk must not be blamed on the sender. */
class BodyLostError extends Error {
  override readonly name = "BodyLostError";
  readonly code: "IncompleteBody" | "RequestTimeout";
  constructor(code: "IncompleteBody" | "RequestTimeout", message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

async function* withIdleLimit(
  body: AsyncIterable<Uint8Array>,
  milliseconds: number,
): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  try {
    while (true) {
      const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () =>
            reject(new BodyLostError("RequestTimeout", "Nothing came for too long: send the body again.")),
          milliseconds,
        );
      });
      const next = iterator.next().catch((cause) => {
        throw new BodyLostError("IncompleteBody", "The connection ended before the body did.", cause);
      });
      const step = await Promise.race([next, silence]);
      clearTimeout(timer);
      if (step.done) {
        ended = true;
        return;
      }
      yield step.value;
    }
  } finally {
    clearTimeout(timer);
    // Not awaited: a stream that fell silent may never answer.
    if (!ended) iterator.return?.().catch(() => undefined);
  }
}
