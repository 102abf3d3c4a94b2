import { randomUUID } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { createS3EvidenceStore } from "#adapters/aws/evidence-store.s3.ts";
import { awsEndpoint, emulatorClient, tellLeftOut } from "#test/support/aws-endpoint.ts";
import { putUpload } from "#test/support/put-upload.ts";
import { sampleBytes, sha256Of } from "#test/support/sample-bytes.ts";
import { describeEvidenceStore } from "./evidence-store.suite.ts";

const KEY_ARN = "arn:aws:kms:eu-west-2:111111111111:key/00000000-0000-0000-0000-000000000000";
const clientOptions = {
  ...emulatorClient,
  requestChecksumCalculation: "WHEN_REQUIRED",
  responseChecksumValidation: "WHEN_REQUIRED",
} as const;

const clockAgo = (seconds: number) => ({ now: () => new Date(Date.now() - seconds * 1000) });

async function makeBucket(client: S3Client, lock: "by default" | "on request"): Promise<string> {
  const bucket = `witnessed-test-${randomUUID()}`;
  await client.send(
    new CreateBucketCommand({
      Bucket: bucket,
      ObjectLockEnabledForBucket: true,
      CreateBucketConfiguration: { LocationConstraint: "eu-west-2" },
    }),
  );
  if (lock === "on request") return bucket;
  const rule = { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } } as const;
  const configuration = { ObjectLockEnabled: "Enabled", Rule: rule } as const;
  await client.send(
    new PutObjectLockConfigurationCommand({ Bucket: bucket, ObjectLockConfiguration: configuration }),
  );
  return bucket;
}

/** Whether the endpoint looks at signatures at all: it must refuse a content type other than the signed one. */
async function checksSignatures(client: S3Client, bucket: string): Promise<boolean> {
  const store = createS3EvidenceStore({ client, bucket, keyArn: KEY_ARN, clock: clockAgo(0) });
  const body = sampleBytes(10);
  const { url, headers } = await store.presignPut({
    key: "footage/probe",
    bytes: body.length,
    contentType: "video/mp4",
    sha256: sha256Of(body),
  });
  const answer = await putUpload({ url, headers: { ...headers, "content-type": "text/plain" } }, body);
  return answer.status === 403;
}

if (awsEndpoint === undefined) {
  tellLeftOut("S3", "the evidence store's suite runs over files alone");
} else {
  const endpoint = awsEndpoint;
  const client = new S3Client({ ...clientOptions, endpoint, forcePathStyle: true });
  const bucket = await makeBucket(client, "by default");
  const unlocked = await makeBucket(client, "on request");
  const signaturesAreChecked = await checksSignatures(client, bucket);
  if (!signaturesAreChecked) {
    process.stdout.write(`S3: ${endpoint} checks no signatures, so what they refuse is left out.\n`);
  }
  const storeAgo = (seconds: number) =>
    createS3EvidenceStore({ client, bucket, keyArn: KEY_ARN, clock: clockAgo(seconds) });
  const start = async () => ({
    store: storeAgo(0),
    storeAgo,
    withoutLock: createS3EvidenceStore({ client, bucket: unlocked, keyArn: KEY_ARN, clock: clockAgo(0) }),
    abort: async ({ key, uploadId }: { readonly key: string; readonly uploadId: string }) => {
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }));
    },
    end: async () => client.destroy(),
  });
  describeEvidenceStore(`S3 at ${endpoint}`, start, { signaturesAreChecked });
}

describe("presigned URLs of the S3 store", () => {
  const client = new S3Client(clientOptions);
  const store = createS3EvidenceStore({ client, bucket: "evidence", keyArn: KEY_ARN, clock: clockAgo(0) });
  const object = { key: "footage/X1/2026/11/A", bytes: 1000, sha256: sha256Of(sampleBytes(1000)) };
  const signedHeaders = (url: string) => new URL(url).searchParams.get("X-Amz-SignedHeaders")?.split(";");

  it("sign length, type, checksum, if-none-match and encryption into a PUT", async () => {
    const { url, headers } = await store.presignPut({ ...object, contentType: "video/mp4" });
    const names = [
      "content-length",
      "content-type",
      "if-none-match",
      "x-amz-checksum-sha256",
      "x-amz-sdk-checksum-algorithm",
      "x-amz-server-side-encryption",
      "x-amz-server-side-encryption-aws-kms-key-id",
    ];
    expect(Object.keys(headers).sort()).toEqual(names);
    expect(signedHeaders(url)).toEqual([...names, "host"].sort());
  });

  it("sign length and checksum into a part, and nothing that a part does not take", async () => {
    const { url, headers } = await store.presignPart({ ...object, uploadId: "u", number: 3 });
    expect(Object.keys(headers).sort()).toEqual(["content-length", "x-amz-checksum-sha256"]);
    expect(signedHeaders(url)).toEqual(["content-length", "host", "x-amz-checksum-sha256"]);
    expect(new URL(url).searchParams.get("partNumber")).toBe("3");
    expect(new URL(url).searchParams.get("uploadId")).toBe("u");
  });

  it("move no header into the query, and no checksum of an empty body", async () => {
    const urls = [
      await store.presignPut({ ...object, contentType: "video/mp4" }),
      await store.presignPart({ ...object, uploadId: "u", number: 3 }),
    ];
    for (const { url } of urls) {
      const names = [...new URL(url).searchParams.keys()].map((name) => name.toLowerCase());
      expect(names.filter((name) => /checksum|crc32|encryption|if-none|content-type/.test(name))).toEqual([]);
    }
  });

  it("are good for 300 s and 900 s", async () => {
    const put = await store.presignPut({ ...object, contentType: "video/mp4" });
    const part = await store.presignPart({ ...object, uploadId: "u", number: 1 });
    expect(new URL(put.url).searchParams.get("X-Amz-Expires")).toBe("300");
    expect(new URL(part.url).searchParams.get("X-Amz-Expires")).toBe("900");
    const lasts = (upload: { expiresAt: string }) =>
      Math.round((Date.parse(upload.expiresAt) - Date.now()) / 1000);
    expect([lasts(put), lasts(part)]).toEqual([300, 900]);
  });
});
