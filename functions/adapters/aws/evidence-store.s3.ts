import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  ListPartsCommand,
  type Part,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { base64ToHex, compositeSha256, hexToBase64, isWhole } from "#adapters/multipart.ts";
import { CorruptRecordError, DependencyUnavailableError, RecordNotFoundError } from "#contracts/errors.ts";
import type { Clock } from "#ports/clock.ts";
import type {
  CompleteUploadResult,
  EvidenceStore,
  ListedObject,
  StoredObject,
  StoredProtection,
  UploadedPart,
} from "#ports/evidence-store.ts";
import { asDependencyError, isNamed } from "./aws-errors.ts";

/**
 * A bucket with a default lock takes no object without a checksum, and S3's reference asks for the name of the
 * algorithm beside it.
 */
const CHECKED = { ChecksumAlgorithm: "SHA256" } as const;
const PUT_SECONDS = 300;
const PART_SECONDS = 900;

export type S3EvidenceStoreDeps = {
  /** With `requestChecksumCalculation: "WHEN_REQUIRED"`, or every URL carries the checksum of nothing. */
  readonly client: S3Client;
  readonly bucket: string;
  readonly keyArn: string;
  /** Used to say when a URL expires; the signature itself uses the SDK's clock. */
  readonly clock: Clock;
};

/**
 * The evidence store in a force's bucket, which is versioned, encrypted under the force's key and locks every
 * object by default. Objects are only ever created, with `If-None-Match: *`.
 */
export function createS3EvidenceStore(deps: S3EvidenceStoreDeps): EvidenceStore {
  const { client, bucket } = deps;
  const at = (key: string) => ({ Bucket: bucket, Key: key });
  const encryption = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: deps.keyArn } as const;
  const stat = createStat(client, at);
  const listParts = createListParts(client, at);

  const presign = async (
    sign: (options: PresignOptions) => Promise<string>,
    headers: Readonly<Record<string, string>>,
    seconds: number,
  ) => {
    const signingDate = deps.clock.now();
    const names = new Set(Object.keys(headers));
    // Unhoistable: a header that moved into the query is one that the sender need not send. Signable: the
    // content type would otherwise stay out of the signature.
    const signed = { unhoistableHeaders: names, signableHeaders: new Set([...names, "host"]) };
    const url = await sign({ expiresIn: seconds, signingDate, ...signed });
    return { url, headers, expiresAt: new Date(signingDate.getTime() + seconds * 1000).toISOString() };
  };

  return {
    presignPut: ({ key, bytes, contentType, sha256 }) => {
      const command = new PutObjectCommand({
        ...at(key),
        ...encryption,
        ContentLength: bytes,
        ContentType: contentType,
        ...CHECKED,
        ChecksumSHA256: hexToBase64(sha256),
        IfNoneMatch: "*",
      });
      const headers = {
        ...bodyHeaders(bytes, sha256),
        "content-type": contentType,
        "if-none-match": "*",
        "x-amz-sdk-checksum-algorithm": CHECKED.ChecksumAlgorithm,
        "x-amz-server-side-encryption": encryption.ServerSideEncryption,
        "x-amz-server-side-encryption-aws-kms-key-id": encryption.SSEKMSKeyId,
      };
      return asking(() => presign((options) => getSignedUrl(client, command, options), headers, PUT_SECONDS));
    },
    beginMultipart: ({ key, contentType }) =>
      asking(async () => {
        const command = new CreateMultipartUploadCommand({
          ...at(key),
          ...encryption,
          ContentType: contentType,
          ChecksumAlgorithm: "SHA256",
          ChecksumType: "COMPOSITE",
        });
        return { uploadId: present((await client.send(command)).UploadId, "an upload id") };
      }),
    presignPart: ({ key, uploadId, number, bytes, sha256 }) => {
      const command = new UploadPartCommand({
        ...at(key),
        UploadId: uploadId,
        PartNumber: number,
        ContentLength: bytes,
        ChecksumSHA256: hexToBase64(sha256),
      });
      const headers = bodyHeaders(bytes, sha256);
      return asking(() =>
        presign((options) => getSignedUrl(client, command, options), headers, PART_SECONDS),
      );
    },
    listParts: (upload) => asking(async () => (await listParts(upload))?.map(describePart)),
    completeMultipart: (upload) => asking(() => complete(upload, { client, at, stat, listParts })),
    stat: (key) => asking(() => stat(key)),
    listObjects: (page) => asking(() => listObjects(client, bucket, page)),
    readRange: (key, from, length) => asking(() => readRange(client, at(key), from, length)),
    putDocument: ({ key, body, contentType }) =>
      asking(async () => {
        const checksum = new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(body)));
        const command = new PutObjectCommand({
          ...at(key),
          ...encryption,
          Body: body,
          ContentType: contentType,
          ...CHECKED,
          ChecksumSHA256: Buffer.from(checksum).toString("base64"),
          IfNoneMatch: "*",
        });
        await client.send(command).catch(unless("PreconditionFailed"));
      }),
    placeHold: (key) => asking(() => setHold(client, at(key), "ON")),
    releaseHold: (key) => asking(() => setHold(client, at(key), "OFF")),
    extendRetention: (key, until) => asking(() => extendRetention(client, at(key), until)),
    protectionOf: (key, versionId) =>
      asking(() => protectionOf(client, { ...at(key), VersionId: versionId })),
    deleteVersion: (key, versionId) =>
      asking(() => deleteVersion(client, { ...at(key), VersionId: versionId })),
  };
}

type PresignOptions = NonNullable<Parameters<typeof getSignedUrl>[2]>;
type At = (key: string) => { readonly Bucket: string; readonly Key: string };
type Upload = { readonly key: string; readonly uploadId: string };

function bodyHeaders(bytes: number, sha256: string) {
  return { "content-length": String(bytes), "x-amz-checksum-sha256": hexToBase64(sha256) };
}

/** Runs calls to the store and turns their errors into ours. */
async function asking<Answer>(calls: () => Promise<Answer>): Promise<Answer> {
  try {
    return await calls();
  } catch (error) {
    if (isNamed(error, "NoSuchKey"))
      throw new RecordNotFoundError("nothing is stored under this key", { cause: error });
    // Another conditional write of the key is running; who tries again finds its result.
    if (isNamed(error, "ConditionalRequestConflict")) {
      throw new DependencyUnavailableError("another write of this object is running", { cause: error });
    }
    throw asDependencyError("The evidence store", error);
  }
}

function unless(...names: readonly string[]) {
  return (error: unknown): undefined => {
    if (names.some((name) => isNamed(error, name))) return undefined;
    throw error;
  };
}

/** S3 leaves out of an answer what a caller did not ask for or may not see; some of it we cannot do without. */
function present<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new CorruptRecordError(`the evidence store answered without ${what}`);
  return value;
}

function createStat(client: S3Client, at: At) {
  return async (key: string): Promise<StoredObject | undefined> => {
    const command = new HeadObjectCommand({ ...at(key), ChecksumMode: "ENABLED" });
    const head = await client.send(command).catch(unless("NotFound", "NoSuchKey"));
    if (!head) return undefined;
    // A composite's checksum ends in the number of its parts: `<base64>-12`.
    const [checksum = "", partCount] = present(head.ChecksumSHA256, "the SHA-256 of an object").split("-");
    return {
      bytes: present(head.ContentLength, "the size of an object"),
      versionId: head.VersionId ?? "null",
      storedAt: present(head.LastModified, "the time of an object").toISOString(),
      sha256: base64ToHex(checksum),
      composite: partCount !== undefined,
      ...lockIn(head),
      ...(head.ObjectLockLegalHoldStatus && { held: head.ObjectLockLegalHoldStatus === "ON" }),
    };
  };
}

function lockIn({ ObjectLockRetainUntilDate: until }: HeadObjectCommandOutput): { retainedUntil?: string } {
  return until === undefined ? {} : { retainedUntil: until.toISOString() };
}

/** S3 may give fewer than it was asked for, and more to come. */
async function listObjects(
  client: S3Client,
  bucket: string,
  { prefix, after, limit }: Parameters<EvidenceStore["listObjects"]>[0],
): Promise<readonly ListedObject[]> {
  const found: ListedObject[] = [];
  for (let more = true; more && found.length < limit; ) {
    const page = await client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        StartAfter: found.at(-1)?.key ?? after,
        MaxKeys: limit - found.length,
      }),
    );
    for (const object of page.Contents ?? []) {
      found.push({
        key: present(object.Key, "the key of an object"),
        bytes: present(object.Size, "the size of an object"),
        storedAt: present(object.LastModified, "the time of an object").toISOString(),
      });
    }
    more = page.IsTruncated === true && (page.Contents ?? []).length > 0;
  }
  return found;
}

/** All parts of an upload, page by page; undefined when S3 does not know it. */
function createListParts(client: S3Client, at: At) {
  return async ({ key, uploadId }: Upload): Promise<readonly Part[] | undefined> => {
    const parts: Part[] = [];
    let marker: string | undefined;
    do {
      const command = new ListPartsCommand({ ...at(key), UploadId: uploadId, PartNumberMarker: marker });
      const page = await client.send(command).catch(unless("NoSuchUpload"));
      if (!page) return undefined;
      parts.push(...(page.Parts ?? []));
      marker = page.IsTruncated === true ? present(page.NextPartNumberMarker, "the next page") : undefined;
    } while (marker !== undefined);
    return parts;
  };
}

function describePart(part: Part): UploadedPart {
  return {
    number: present(part.PartNumber, "the number of a part"),
    bytes: present(part.Size, "the size of a part"),
    sha256: base64ToHex(present(part.ChecksumSHA256, "the SHA-256 of a part")),
  };
}

/** Errors after which the key says what happened: it was joined before, by us or by somebody else. */
const ENDED = ["NoSuchUpload", "PreconditionFailed", "ConditionalRequestConflict"];

async function complete(
  { key, uploadId, bytes }: Upload & { readonly bytes: number },
  store: {
    readonly client: S3Client;
    readonly at: At;
    readonly stat: (key: string) => Promise<StoredObject | undefined>;
    readonly listParts: (upload: Upload) => Promise<readonly Part[] | undefined>;
  },
): Promise<CompleteUploadResult> {
  const parts = await store.listParts({ key, uploadId });
  const have = parts?.map(describePart);
  const whole = have && isWhole(have, bytes);
  const refusal = whole ? await join({ key, uploadId, bytes }, parts ?? [], store) : undefined;
  const object = await store.stat(key);
  if (object) {
    if (whole && !refusal) checkComposite(object, have);
    return { outcome: "completed", object };
  }
  if (refusal && !isNamed(refusal, "NoSuchUpload")) throw refusal;
  return have && !whole ? { outcome: "incomplete", have } : { outcome: "unknown-upload" };
}

/** Undefined when S3 joined the parts; the error when the upload had ended or the key was taken. */
async function join(
  { key, uploadId, bytes }: Upload & { readonly bytes: number },
  parts: readonly Part[],
  store: { readonly client: S3Client; readonly at: At },
): Promise<unknown> {
  const command = new CompleteMultipartUploadCommand({
    ...store.at(key),
    UploadId: uploadId,
    IfNoneMatch: "*",
    MpuObjectSize: bytes,
    ChecksumType: "COMPOSITE",
    MultipartUpload: {
      Parts: parts.map(({ PartNumber, ETag, ChecksumSHA256 }) => ({ PartNumber, ETag, ChecksumSHA256 })),
    },
  });
  try {
    await store.client.send(command);
    return undefined;
  } catch (error) {
    if (ENDED.some((name) => isNamed(error, name))) return error;
    throw error;
  }
}

/** What S3 joined is what it listed: the composite's hash follows from the parts'. */
function checkComposite(object: StoredObject, parts: readonly UploadedPart[]): void {
  if (object.composite && object.sha256 === compositeSha256(parts)) return;
  throw new CorruptRecordError("the hash of the joined object does not follow from its parts");
}

async function readRange(
  client: S3Client,
  at: ReturnType<At>,
  from: number,
  length: number,
): Promise<Uint8Array> {
  if (length <= 0) return new Uint8Array();
  const command = new GetObjectCommand({ ...at, Range: `bytes=${from}-${from + length - 1}` });
  const answer = await client.send(command).catch(unless("InvalidRange"));
  return answer?.Body ? answer.Body.transformToByteArray() : new Uint8Array();
}

async function setHold(client: S3Client, at: ReturnType<At>, status: "ON" | "OFF"): Promise<void> {
  await client.send(new PutObjectLegalHoldCommand({ ...at, LegalHold: { Status: status } }));
}

/** Asks for the longer time and, where that is refused, looks whether the lock is as long already. */
async function extendRetention(client: S3Client, at: ReturnType<At>, until: string): Promise<void> {
  const retainUntil = new Date(until);
  const retention = { Mode: "GOVERNANCE", RetainUntilDate: retainUntil } as const;
  try {
    await client.send(new PutObjectRetentionCommand({ ...at, Retention: retention }));
  } catch (error) {
    if (!isNamed(error, "AccessDenied")) throw error;
    // Shortening a lock needs a right that nobody here has, and S3 names it no further than "access denied".
    const current = await client.send(new GetObjectRetentionCommand(at));
    const lockedUntil = current.Retention?.RetainUntilDate;
    if (lockedUntil === undefined || lockedUntil < retainUntil) throw error;
  }
}

type Version = ReturnType<At> & { readonly VersionId: string };

/** Without the checksum, which would take the right to decrypt the file: who looks need not be able to read. */
async function protectionOf(client: S3Client, version: Version): Promise<StoredProtection | undefined> {
  const head = await client
    .send(new HeadObjectCommand(version))
    .catch(unless("NotFound", "NoSuchKey", "NoSuchVersion"));
  return head && { ...lockIn(head), held: head.ObjectLockLegalHoldStatus === "ON" };
}

/** S3 refuses to delete what is locked or held, and names it no further than "access denied". */
async function deleteVersion(client: S3Client, version: Version): Promise<"deleted" | "protected"> {
  try {
    await client.send(new DeleteObjectCommand(version));
    return "deleted";
  } catch (error) {
    if (!isNamed(error, "AccessDenied")) throw error;
    const protection = await protectionOf(client, version);
    if (protection === undefined) return "deleted";
    if (!protection.held && protection.retainedUntil === undefined) throw error;
    return "protected";
  }
}
