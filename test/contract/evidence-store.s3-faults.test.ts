import { Readable } from "node:stream";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import { createS3EvidenceStore } from "#adapters/aws/evidence-store.s3.ts";
import { CorruptRecordError, DependencyUnavailableError, RecordNotFoundError } from "#contracts/errors.ts";
import { sampleBytes, sha256Of } from "#test/support/sample-bytes.ts";

const KEY_ARN = "arn:aws:kms:eu-west-2:111111111111:key/00000000-0000-0000-0000-000000000000";
const key = "footage/X1/2026/11/A";
const uploadId = "upload-1";
const client = new S3Client({ region: "eu-west-2", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
const s3 = mockClient(client);
const storeWith = (s3Client: S3Client) =>
  createS3EvidenceStore({
    client: s3Client,
    bucket: "evidence",
    keyArn: KEY_ARN,
    clock: { now: () => new Date() },
  });
const store = storeWith(client);
beforeEach(() => s3.reset());

const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");
const hashes = [1, 2].map((seed) => sha256Of(sampleBytes(10, seed)));
const compositeHash = sha256Of(...hashes.map((hash) => Buffer.from(hash, "hex")));
const part = (number: number, size = 10) => ({
  PartNumber: number,
  Size: size,
  ETag: `"etag-${number}"`,
  ChecksumSHA256: base64(hashes[number - 1] ?? ""),
});
const joined = {
  ContentLength: 20,
  VersionId: "v1",
  LastModified: new Date("2026-11-21T21:00:00Z"),
  ChecksumSHA256: `${base64(compositeHash)}-2`,
};
const upload = { key, uploadId, bytes: 20 };

function refusal(name: string, status: number): S3ServiceException {
  return new S3ServiceException({
    name,
    $fault: "client",
    $metadata: { httpStatusCode: status },
    message: name,
  });
}

function silence(): Error {
  return Object.assign(new Error("socket timed out"), { name: "TimeoutError" });
}

describe("joining parts in S3", () => {
  it("refuses to overwrite, names the size, and has every part's checksum verified", async () => {
    s3.on(ListPartsCommand).resolves({ Parts: [part(1), part(2)] });
    s3.on(HeadObjectCommand).resolves(joined);
    s3.on(CompleteMultipartUploadCommand).resolves({});
    expect(await store.completeMultipart(upload)).toMatchObject({
      outcome: "completed",
      object: { bytes: 20, composite: true, sha256: compositeHash, versionId: "v1" },
    });
    expect(s3.commandCalls(CompleteMultipartUploadCommand)[0]?.args[0].input).toMatchObject({
      IfNoneMatch: "*",
      MpuObjectSize: 20,
      MultipartUpload: {
        Parts: [
          { PartNumber: 1, ETag: '"etag-1"', ChecksumSHA256: base64(hashes[0] ?? "") },
          { PartNumber: 2, ETag: '"etag-2"', ChecksumSHA256: base64(hashes[1] ?? "") },
        ],
      },
    });
  });

  it.each([
    ["412, since the object exists", refusal("PreconditionFailed", 412)],
    ["409, since another one was faster", refusal("ConditionalRequestConflict", 409)],
    ["404, since the upload was joined before", refusal("NoSuchUpload", 404)],
  ])("takes the object that is there after a %s", async (_, error) => {
    s3.on(ListPartsCommand).resolves({ Parts: [part(1), part(2)] });
    s3.on(CompleteMultipartUploadCommand).rejects(error);
    s3.on(HeadObjectCommand).resolves(joined);
    expect(await store.completeMultipart(upload)).toMatchObject({
      outcome: "completed",
      object: { bytes: 20 },
    });
  });

  it("is tried again after a 409 that left no object yet", async () => {
    s3.on(ListPartsCommand).resolves({ Parts: [part(1), part(2)] });
    s3.on(CompleteMultipartUploadCommand).rejects(refusal("ConditionalRequestConflict", 409));
    s3.on(HeadObjectCommand).rejects(refusal("NotFound", 404));
    await expect(store.completeMultipart(upload)).rejects.toThrow(DependencyUnavailableError);
  });

  it("says that the upload is unknown when S3 forgot it and nothing is stored", async () => {
    s3.on(ListPartsCommand).rejects(refusal("NoSuchUpload", 404));
    s3.on(HeadObjectCommand).rejects(refusal("NotFound", 404));
    expect(await store.completeMultipart(upload)).toEqual({ outcome: "unknown-upload" });
    expect(await store.listParts(upload)).toBeUndefined();
  });

  it("joins nothing while parts are missing", async () => {
    s3.on(ListPartsCommand).resolves({ Parts: [part(2)] });
    s3.on(HeadObjectCommand).rejects(refusal("NotFound", 404));
    expect(await store.completeMultipart(upload)).toMatchObject({
      outcome: "incomplete",
      have: [{ number: 2 }],
    });
    expect(s3.commandCalls(CompleteMultipartUploadCommand)).toHaveLength(0);
  });

  it("reads all pages of parts", async () => {
    const more = { IsTruncated: true, NextPartNumberMarker: "1" };
    s3.on(ListPartsCommand).resolves({ Parts: [part(2)] });
    s3.on(ListPartsCommand, { PartNumberMarker: undefined }).resolves({ Parts: [part(1)], ...more });
    const parts = await store.listParts(upload);
    expect(parts?.map(({ number }) => number)).toEqual([1, 2]);
  });

  it("does not believe an object whose hash does not follow from its parts", async () => {
    s3.on(ListPartsCommand).resolves({ Parts: [part(1), part(2)] });
    s3.on(CompleteMultipartUploadCommand).resolves({});
    s3.on(HeadObjectCommand).resolves({ ...joined, ChecksumSHA256: `${base64(hashes[0] ?? "")}-2` });
    await expect(store.completeMultipart(upload)).rejects.toThrow(CorruptRecordError);
  });

  it("takes an error in the body of a 200 for what it is", async () => {
    const list = `<ListPartsResult><Part><PartNumber>1</PartNumber><Size>20</Size><ETag>"e"</ETag><ChecksumSHA256>${base64(hashes[0] ?? "")}</ChecksumSHA256></Part></ListPartsResult>`;
    const error =
      "<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>";
    const answers = (body: string) => ({
      response: {
        statusCode: 200,
        headers: { "content-type": "application/xml" },
        body: Readable.from([`<?xml version="1.0"?>${body}`]),
      },
    });
    const failing = new S3Client({
      region: "eu-west-2",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      maxAttempts: 1,
      requestHandler: {
        handle: async ({ method }: { method: string }) => answers(method === "GET" ? list : error),
      },
    });
    await expect(storeWith(failing).completeMultipart(upload)).rejects.toThrow(DependencyUnavailableError);
  });
});

describe("documents in S3", () => {
  const document = { key: "reports/R1/1.json", body: sampleBytes(10), contentType: "application/json" };

  it("are written once, with a checksum and under the force's key", async () => {
    s3.on(PutObjectCommand).resolves({});
    await store.putDocument(document);
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
      IfNoneMatch: "*",
      ChecksumSHA256: base64(sha256Of(document.body)),
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: KEY_ARN,
    });
  });

  it("stay as they are when they exist", async () => {
    s3.on(PutObjectCommand).rejects(refusal("PreconditionFailed", 412));
    await expect(store.putDocument(document)).resolves.toBeUndefined();
  });

  it("are tried again after a 409", async () => {
    s3.on(PutObjectCommand).rejects(refusal("ConditionalRequestConflict", 409));
    await expect(store.putDocument(document)).rejects.toThrow(DependencyUnavailableError);
  });
});

describe("uploads in S3", () => {
  it("are begun with SHA-256 for every part, under the force's key", async () => {
    s3.on(CreateMultipartUploadCommand).resolves({ UploadId: uploadId });
    expect(await store.beginMultipart({ key, contentType: "video/mp4" })).toEqual({ uploadId });
    expect(s3.commandCalls(CreateMultipartUploadCommand)[0]?.args[0].input).toMatchObject({
      ChecksumAlgorithm: "SHA256",
      ChecksumType: "COMPOSITE",
      ContentType: "video/mp4",
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: KEY_ARN,
    });
  });
});

describe("the list of objects in S3", () => {
  const object = (name: string) => ({
    Key: `footage/${name}`,
    Size: 1,
    LastModified: new Date("2026-11-21T21:00:00Z"),
  });

  it("goes on where S3 gave fewer than it was asked for, and no further than it was asked", async () => {
    s3.on(ListObjectsV2Command).resolves({ Contents: [object("C")], IsTruncated: true });
    s3.on(ListObjectsV2Command, { StartAfter: "footage/0" }).resolves({
      Contents: [object("A"), object("B")],
      IsTruncated: true,
    });
    const found = await store.listObjects({ prefix: "footage/", after: "footage/0", limit: 3 });
    expect(found.map(({ key: name }) => name)).toEqual(["footage/A", "footage/B", "footage/C"]);
    expect(s3.commandCalls(ListObjectsV2Command).map(({ args }) => args[0].input)).toEqual([
      { Bucket: "evidence", Prefix: "footage/", StartAfter: "footage/0", MaxKeys: 3 },
      { Bucket: "evidence", Prefix: "footage/", StartAfter: "footage/B", MaxKeys: 1 },
    ]);
  });

  it("ends with the last of them", async () => {
    s3.on(ListObjectsV2Command).resolves({ Contents: [object("A")] });
    expect(await store.listObjects({ prefix: "footage/", limit: 3 })).toHaveLength(1);
    s3.on(ListObjectsV2Command).resolves({});
    expect(await store.listObjects({ prefix: "footage/", limit: 3 })).toEqual([]);
  });
});

describe("an object in S3", () => {
  it("tells its lock and hold where the caller may see them", async () => {
    const lock = {
      ObjectLockRetainUntilDate: new Date("2026-12-22T00:00:00Z"),
      ObjectLockLegalHoldStatus: "ON",
    } as const;
    s3.on(HeadObjectCommand).resolves({ ...joined, ...lock });
    expect(await store.stat(key)).toMatchObject({ retainedUntil: "2026-12-22T00:00:00.000Z", held: true });
  });

  it("is not believed without its SHA-256", async () => {
    s3.on(HeadObjectCommand).resolves({ ...joined, ChecksumSHA256: undefined });
    await expect(store.stat(key)).rejects.toThrow(CorruptRecordError);
  });

  it("has nothing past its end, and must exist to be read or held", async () => {
    s3.on(GetObjectCommand).rejectsOnce(refusal("InvalidRange", 416)).rejects(refusal("NoSuchKey", 404));
    s3.on(PutObjectLegalHoldCommand).rejects(refusal("NoSuchKey", 404));
    expect(await store.readRange(key, 20, 10)).toHaveLength(0);
    await expect(store.readRange(key, 0, 10)).rejects.toThrow(RecordNotFoundError);
    await expect(store.placeHold(key)).rejects.toThrow(RecordNotFoundError);
  });

  it("keeps a lock that is longer than the one asked for", async () => {
    s3.on(PutObjectRetentionCommand).rejects(refusal("AccessDenied", 403));
    s3.on(GetObjectRetentionCommand).resolves({
      Retention: { RetainUntilDate: new Date("2027-01-01T00:00:00Z") },
    });
    await expect(store.extendRetention(key, "2026-12-31T00:00:00.000Z")).resolves.toBeUndefined();
  });

  it("says so when its lock could not be extended", async () => {
    s3.on(PutObjectRetentionCommand).rejects(refusal("AccessDenied", 403));
    s3.on(GetObjectRetentionCommand).resolves({
      Retention: { RetainUntilDate: new Date("2026-12-01T00:00:00Z") },
    });
    await expect(store.extendRetention(key, "2026-12-31T00:00:00.000Z")).rejects.toThrow("AccessDenied");
  });
});

describe("deleting a version in S3", () => {
  const version = { Bucket: "evidence", Key: key, VersionId: "v1" };
  const denied = refusal("AccessDenied", 403);

  it("names the version, so that nothing is only hidden, and never asks to go past a lock", async () => {
    s3.on(DeleteObjectCommand).resolves({});
    expect(await store.deleteVersion(key, "v1")).toBe("deleted");
    expect(s3.commandCalls(DeleteObjectCommand).map(({ args }) => args[0].input)).toEqual([version]);
  });

  it.each([
    ["a lock", { ObjectLockRetainUntilDate: new Date("2027-01-01T00:00:00Z") }],
    ["a hold", { ObjectLockLegalHoldStatus: "ON" as const }],
  ])("takes a refusal for what it is when there is %s", async (_, protection) => {
    s3.on(DeleteObjectCommand).rejects(denied);
    s3.on(HeadObjectCommand).resolves(protection);
    expect(await store.deleteVersion(key, "v1")).toBe("protected");
  });

  it("does not take a missing right for a lock", async () => {
    s3.on(DeleteObjectCommand).rejects(denied);
    s3.on(HeadObjectCommand).resolves({});
    await expect(store.deleteVersion(key, "v1")).rejects.toThrow("AccessDenied");
    s3.on(HeadObjectCommand).rejects(denied);
    await expect(store.deleteVersion(key, "v1")).rejects.toThrow("AccessDenied");
  });

  it("looks at what protects a version without asking for its checksum, which takes the right to read", async () => {
    s3.on(HeadObjectCommand).resolves({
      ObjectLockRetainUntilDate: new Date("2027-01-01T00:00:00Z"),
      ObjectLockLegalHoldStatus: "OFF",
    });
    expect(await store.protectionOf(key, "v1")).toEqual({
      retainedUntil: "2027-01-01T00:00:00.000Z",
      held: false,
    });
    expect(s3.commandCalls(HeadObjectCommand).map(({ args }) => args[0].input)).toEqual([version]);
  });

  it.each(["NotFound", "NoSuchKey", "NoSuchVersion"])("finds it gone after %s", async (name) => {
    s3.on(HeadObjectCommand).rejects(refusal(name, 404));
    expect(await store.protectionOf(key, "v1")).toBeUndefined();
  });

  it("does not take a version for gone because it may not look", async () => {
    s3.on(HeadObjectCommand).rejects(denied);
    await expect(store.protectionOf(key, "v1")).rejects.toThrow("AccessDenied");
  });
});

describe("an S3 that refuses for load or does not answer", () => {
  const document = { key, body: sampleBytes(10), contentType: "application/json" };
  const calls: readonly [string, () => Promise<unknown>][] = [
    ["begin an upload", () => store.beginMultipart({ key, contentType: "video/mp4" })],
    ["list parts", () => store.listParts(upload)],
    ["join parts", () => store.completeMultipart(upload)],
    ["look at an object", () => store.stat(key)],
    ["read an object", () => store.readRange(key, 0, 10)],
    ["list objects", () => store.listObjects({ prefix: "footage/", limit: 10 })],
    ["keep a document", () => store.putDocument(document)],
    ["place a hold", () => store.placeHold(key)],
    ["lift a hold", () => store.releaseHold(key)],
    ["look at what protects a version", () => store.protectionOf(key, "v1")],
    ["delete a version", () => store.deleteVersion(key, "v1")],
    ["extend a lock", () => store.extendRetention(key, "2026-12-31T00:00:00.000Z")],
  ];
  const faults = [
    refusal("SlowDown", 503),
    refusal("InternalError", 500),
    refusal("RequestTimeout", 400),
    silence(),
  ];

  it.each(calls)("is an unavailable dependency to who wants to %s", async (_, call) => {
    for (const fault of faults) {
      s3.reset();
      s3.onAnyCommand().rejects(fault);
      await expect(call()).rejects.toThrow(DependencyUnavailableError);
    }
  });
});
