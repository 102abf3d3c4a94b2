import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RecordNotFoundError } from "#contracts/errors.ts";
import { MIB } from "#contracts/footage.ts";
import type { EvidenceStore, UploadUrl } from "#ports/evidence-store.ts";
import { putUpload } from "#test/support/put-upload.ts";
import { sampleBytes, sha256Of } from "#test/support/sample-bytes.ts";

export type EvidenceStoreUnderTest = {
  readonly store: EvidenceStore;
  /** The same store as it was so many seconds ago: its URLs are that much older. */
  readonly storeAgo: (seconds: number) => EvidenceStore;
  /** A store of the same kind that locks nothing by itself: what is in it may go unless it is held or locked. */
  readonly withoutLock: EvidenceStore;
  /** Ends an upload as the store's own lifecycle does after days. */
  readonly abort: (upload: { readonly key: string; readonly uploadId: string }) => Promise<void>;
  readonly end: () => Promise<void>;
};

export type SuiteScope = {
  /** Some emulators take any signature; what is refused by signature is then left to the other stores. */
  readonly signaturesAreChecked: boolean;
};

/** What every evidence store does, whatever keeps the bytes. Keys are new for each test. */
export function describeEvidenceStore(
  name: string,
  start: () => Promise<EvidenceStoreUnderTest>,
  scope: SuiteScope = { signaturesAreChecked: true },
): void {
  describe(`evidence store: ${name}`, () => {
    let running: EvidenceStoreUnderTest;
    beforeAll(async () => {
      running = await start();
    });
    afterAll(() => running.end());

    const store = () => running.store;
    const body = sampleBytes(3000);
    const newKey = () => `footage/X1/2026/11/${randomUUID()}`;
    const offer = (key: string, from = store()) =>
      from.presignPut({ key, bytes: body.length, contentType: "video/mp4", sha256: sha256Of(body) });
    const parts = [sampleBytes(8 * MIB, 2), sampleBytes(1234, 3)] as const;
    const partBytes = parts[0].length + parts[1].length;

    async function sendPart(key: string, uploadId: string, number: 1 | 2): Promise<number> {
      const part = parts[number - 1] ?? new Uint8Array();
      const upload = { key, uploadId, number, bytes: part.length, sha256: sha256Of(part) };
      return (await putUpload(await store().presignPart(upload), part)).status;
    }

    async function sendBothParts(key: string): Promise<string> {
      const { uploadId } = await store().beginMultipart({ key, contentType: "video/mp4" });
      expect(await sendPart(key, uploadId, 2)).toBe(200);
      expect(await sendPart(key, uploadId, 1)).toBe(200);
      return uploadId;
    }

    describe("a single PUT", () => {
      it("stores what comes with exactly the given headers", async () => {
        const key = newKey();
        expect(await putUpload(await offer(key), body)).toMatchObject({ status: 200 });
        expect(await store().stat(key)).toMatchObject({
          bytes: body.length,
          sha256: sha256Of(body),
          composite: false,
        });
        expect(await store().readRange(key, 0, body.length)).toEqual(body);
      });

      it("names every header that must be sent, the length among them", async () => {
        const { headers, expiresAt } = await offer(newKey());
        expect(headers).toMatchObject({
          "content-length": "3000",
          "content-type": "video/mp4",
          "if-none-match": "*",
          "x-amz-checksum-sha256": Buffer.from(sha256Of(body), "hex").toString("base64"),
        });
        expect(expiresAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      });

      it("answers 412 when the object exists, and keeps the first", async () => {
        const key = newKey();
        const upload = await offer(key);
        await putUpload(upload, body);
        expect(await putUpload(upload, body)).toMatchObject({ status: 412, code: "PreconditionFailed" });
        expect(await store().readRange(key, 0, body.length)).toEqual(body);
      });

      it("answers 400 to other bytes than were declared, and stores nothing of them", async () => {
        const key = newKey();
        const upload = await offer(key);
        expect(await putUpload(upload, sampleBytes(body.length, 9))).toMatchObject({ status: 400 });
        expect(await store().stat(key)).toBeUndefined();
        expect(await putUpload(upload, body)).toMatchObject({ status: 200 });
      });

      if (scope.signaturesAreChecked) {
        const differing: readonly [string, (upload: UploadUrl) => Record<string, string>][] = [
          ["another content type", ({ headers }) => ({ ...headers, "content-type": "video/quicktime" })],
          ["no content type", ({ headers }) => omit(headers, "content-type")],
          ["no if-none-match", ({ headers }) => omit(headers, "if-none-match")],
          ["no checksum", ({ headers }) => omit(headers, "x-amz-checksum-sha256")],
          [
            "another checksum",
            ({ headers }) => ({ ...headers, "x-amz-checksum-sha256": Buffer.alloc(32).toString("base64") }),
          ],
          [
            "a header of the store that was not signed",
            ({ headers }) => ({ ...headers, "x-amz-acl": "private" }),
          ],
        ];
        it.each(differing)("answers 403 to %s", async (_, headersOf) => {
          const key = newKey();
          const upload = await offer(key);
          expect(await putUpload({ url: upload.url, headers: headersOf(upload) }, body)).toMatchObject({
            status: 403,
          });
          expect(await store().stat(key)).toBeUndefined();
        });

        it("answers 403 to another length", async () => {
          const upload = await offer(newKey());
          const longer = sampleBytes(body.length + 1);
          const headers = { ...upload.headers, "content-length": String(longer.length) };
          expect(await putUpload({ url: upload.url, headers }, longer)).toMatchObject({ status: 403 });
        });

        it("answers 403 for another key than was signed", async () => {
          const upload = await offer(newKey());
          const url = upload.url.replace("/X1/", "/X2/");
          expect(await putUpload({ url, headers: upload.headers }, body)).toMatchObject({ status: 403 });
        });

        it("answers 403 once 300 s have passed, and not before", async () => {
          const fresh = await offer(newKey(), running.storeAgo(290));
          expect(await putUpload(fresh, body)).toMatchObject({ status: 200 });
          const old = await offer(newKey(), running.storeAgo(302));
          expect(await putUpload(old, body)).toMatchObject({ status: 403 });
        });
      }
    });

    describe("an upload in parts", () => {
      it("joins parts that came in any order", async () => {
        const key = newKey();
        const uploadId = await sendBothParts(key);
        const result = await store().completeMultipart({ key, uploadId, bytes: partBytes });
        const hashes = parts.map((part) => Buffer.from(sha256Of(part), "hex"));
        expect(result).toMatchObject({
          outcome: "completed",
          object: { bytes: partBytes, composite: true, sha256: sha256Of(...hashes) },
        });
        const seam = await store().readRange(key, parts[0].length - 2, 4);
        expect([...seam]).toEqual([...parts[0].slice(-2), ...parts[1].slice(0, 2)]);
      });

      it("lists what it has, with numbers, sizes and hashes", async () => {
        const key = newKey();
        const uploadId = await sendBothParts(key);
        expect(await store().listParts({ key, uploadId })).toEqual(
          parts.map((part, index) => ({ number: index + 1, bytes: part.length, sha256: sha256Of(part) })),
        );
      });

      it("shows no object before it is completed", async () => {
        const key = newKey();
        await sendBothParts(key);
        expect(await store().stat(key)).toBeUndefined();
      });

      it("answers 400 to other bytes than the part's, and keeps nothing of them", async () => {
        const key = newKey();
        const { uploadId } = await store().beginMultipart({ key, contentType: "video/mp4" });
        const upload = { key, uploadId, number: 1, bytes: body.length, sha256: sha256Of(body) };
        const url = await store().presignPart(upload);
        expect(await putUpload(url, sampleBytes(body.length, 9))).toMatchObject({ status: 400 });
        expect(await store().listParts({ key, uploadId })).toEqual([]);
      });

      it("takes the latest of several uploads of one part", async () => {
        const key = newKey();
        const { uploadId } = await store().beginMultipart({ key, contentType: "video/mp4" });
        for (const piece of [sampleBytes(500, 4), sampleBytes(600, 5)]) {
          const part = { key, uploadId, number: 1, bytes: piece.length, sha256: sha256Of(piece) };
          expect(await putUpload(await store().presignPart(part), piece)).toMatchObject({ status: 200 });
        }
        expect(await store().listParts({ key, uploadId })).toMatchObject([{ number: 1, bytes: 600 }]);
        await store().completeMultipart({ key, uploadId, bytes: 600 });
        expect(await store().readRange(key, 0, 1000)).toEqual(sampleBytes(600, 5));
      });

      it("says what it has while parts are missing or the size differs", async () => {
        const key = newKey();
        const { uploadId } = await store().beginMultipart({ key, contentType: "video/mp4" });
        await sendPart(key, uploadId, 2);
        expect(await store().completeMultipart({ key, uploadId, bytes: partBytes })).toMatchObject({
          outcome: "incomplete",
          have: [{ number: 2 }],
        });
        await sendPart(key, uploadId, 1);
        const another = await store().completeMultipart({ key, uploadId, bytes: partBytes + 1 });
        expect(another).toMatchObject({ outcome: "incomplete" });
      });

      it("answers a repeated completion as the first", async () => {
        const key = newKey();
        const upload = { key, uploadId: await sendBothParts(key), bytes: partBytes };
        const first = await store().completeMultipart(upload);
        expect(await store().completeMultipart(upload)).toEqual(first);
      });

      it("never joins over an object that exists", async () => {
        const key = newKey();
        const uploadId = await sendBothParts(key);
        await putUpload(await offer(key), body);
        const result = await store().completeMultipart({ key, uploadId, bytes: partBytes });
        expect(result).toMatchObject({
          outcome: "completed",
          object: { bytes: body.length, composite: false },
        });
      });

      it("knows nothing of an upload that was ended, and takes no part of it", async () => {
        const key = newKey();
        const uploadId = await sendBothParts(key);
        await running.abort({ key, uploadId });
        expect(await store().listParts({ key, uploadId })).toBeUndefined();
        expect(await sendPart(key, uploadId, 1)).toBe(404);
        const upload = { key, uploadId, bytes: partBytes };
        expect(await store().completeMultipart(upload)).toEqual({ outcome: "unknown-upload" });
        expect(await store().stat(key)).toBeUndefined();
      });

      it("begins anew under the key of an upload that was ended, or that nobody ended", async () => {
        const key = newKey();
        const ended = await sendBothParts(key);
        await running.abort({ key, uploadId: ended });
        const left = await sendBothParts(key);
        const { uploadId } = await store().beginMultipart({ key, contentType: "video/mp4" });
        expect(await store().listParts({ key, uploadId })).toEqual([]);
        await sendPart(key, uploadId, 1);
        await sendPart(key, uploadId, 2);
        const upload = { key, uploadId, bytes: partBytes };
        expect(await store().completeMultipart(upload)).toMatchObject({ outcome: "completed" });
        const other = await store().completeMultipart({ ...upload, uploadId: left });
        expect(other).toMatchObject({ outcome: "completed", object: { bytes: partBytes } });
      });

      it("does not know an upload under another key than its own", async () => {
        const { uploadId } = await store().beginMultipart({ key: newKey(), contentType: "video/mp4" });
        expect(await store().listParts({ key: newKey(), uploadId })).toBeUndefined();
      });

      it("is joined once by two that join it at once", async () => {
        const key = newKey();
        const upload = { key, uploadId: await sendBothParts(key), bytes: partBytes };
        const results = await Promise.all([
          store().completeMultipart(upload),
          store().completeMultipart(upload),
        ]);
        expect(results[0]).toMatchObject({ outcome: "completed", object: { bytes: partBytes } });
        expect(results[1]).toEqual(results[0]);
      });

      it("does not know an upload that was never begun", async () => {
        const upload = { key: newKey(), uploadId: "01ARZ3NDEKTSV4RRFFQ69G5FAV" };
        expect(await store().listParts(upload)).toBeUndefined();
        expect(await store().completeMultipart({ ...upload, bytes: 1 })).toEqual({
          outcome: "unknown-upload",
        });
      });

      if (scope.signaturesAreChecked) {
        it("answers 403 for another part number than was signed", async () => {
          const key = newKey();
          const { uploadId } = await store().beginMultipart({ key, contentType: "video/mp4" });
          const part = { key, uploadId, number: 1, bytes: body.length, sha256: sha256Of(body) };
          const { url, headers } = await store().presignPart(part);
          const other = url.replace("partNumber=1", "partNumber=2");
          expect(await putUpload({ url: other, headers }, body)).toMatchObject({ status: 403 });
        });

        it("gives a part 900 s", async () => {
          const key = newKey();
          const { uploadId } = await store().beginMultipart({ key, contentType: "video/mp4" });
          const part = { key, uploadId, number: 1, bytes: body.length, sha256: sha256Of(body) };
          const fresh = await running.storeAgo(890).presignPart(part);
          expect(await putUpload(fresh, body)).toMatchObject({ status: 200 });
          const old = await running.storeAgo(902).presignPart(part);
          expect(await putUpload(old, body)).toMatchObject({ status: 403 });
        });
      }
    });

    describe("what is stored", () => {
      it("is nothing under a key that was never written", async () => {
        expect(await store().stat(newKey())).toBeUndefined();
        await expect(store().readRange(newKey(), 0, 10)).rejects.toThrow(RecordNotFoundError);
      });

      it("reads up to its end and nothing past it", async () => {
        const key = newKey();
        await putUpload(await offer(key), body);
        expect(await store().readRange(key, 2990, 100)).toEqual(body.slice(2990));
        expect(await store().readRange(key, 3000, 100)).toHaveLength(0);
        expect(await store().readRange(key, 100, 0)).toHaveLength(0);
      });

      it("keeps the first of two documents under one key", async () => {
        const key = `weapon-logs/${randomUUID()}.json`;
        const document = (text: string) => ({
          key,
          body: new TextEncoder().encode(text),
          contentType: "application/json",
        });
        await store().putDocument(document('{"events":[1]}'));
        await store().putDocument(document('{"events":[2]}'));
        const kept = await store().readRange(key, 0, 100);
        expect(new TextDecoder().decode(kept)).toBe('{"events":[1]}');
        expect(await store().stat(key)).toMatchObject({ sha256: sha256Of(kept), composite: false });
      });

      it("can be held and released", async () => {
        const key = newKey();
        await putUpload(await offer(key), body);
        await store().placeHold(key);
        expect(await store().stat(key)).toMatchObject({ held: true });
        await store().releaseHold(key);
        expect(await store().stat(key)).toMatchObject({ held: false });
      });

      it("is locked from the first byte on, and its lock only grows", async () => {
        const key = newKey();
        await putUpload(await offer(key), body);
        const locked = (await store().stat(key))?.retainedUntil ?? "";
        expect(Date.parse(locked)).toBeGreaterThan(Date.now());
        const later = new Date(Date.parse(locked) + 86_400_000).toISOString().replace(/\.\d{3}/, ".000");
        await store().extendRetention(key, later);
        expect(await store().stat(key)).toMatchObject({ retainedUntil: later });
        await store().extendRetention(key, locked);
        expect(await store().stat(key)).toMatchObject({ retainedUntil: later });
      });

      it("is listed in the order of its keys, page by page, below a prefix", async () => {
        const prefix = `footage/${randomUUID()}`;
        const keys = ["/2026/11/C", "/2026/11/A", "/2026/12/A", "-2/2026/11/A", "/2026/11/B"];
        for (const key of keys) await putUpload(await offer(`${prefix}${key}`), body);
        const pageAfter = async (after?: string) =>
          (await store().listObjects({ prefix: `${prefix}/`, after, limit: 2 })).map(({ key }) =>
            key.slice(prefix.length),
          );
        expect(await pageAfter()).toEqual(["/2026/11/A", "/2026/11/B"]);
        expect(await pageAfter(`${prefix}/2026/11/B`)).toEqual(["/2026/11/C", "/2026/12/A"]);
        expect(await pageAfter(`${prefix}/2026/12/A`)).toEqual([]);
        const [first] = await store().listObjects({ prefix, limit: 1 });
        expect(first).toEqual({
          key: `${prefix}-2/2026/11/A`,
          bytes: body.length,
          storedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        });
      });

      it("stays held and locked when that is asked for again", async () => {
        const key = newKey();
        await putUpload(await offer(key), body);
        const locked = (await store().stat(key))?.retainedUntil;
        for (let time = 1; time <= 2; time += 1) await store().placeHold(key);
        expect(await store().stat(key)).toMatchObject({ held: true, retainedUntil: locked });
        for (let time = 1; time <= 2; time += 1) await store().releaseHold(key);
        expect(await store().stat(key)).toMatchObject({ held: false, retainedUntil: locked });
      });

      it("must exist to be held or locked for longer", async () => {
        await expect(store().placeHold(newKey())).rejects.toThrow(RecordNotFoundError);
        await expect(store().extendRetention(newKey(), "2030-01-01T00:00:00.000Z")).rejects.toThrow(
          RecordNotFoundError,
        );
      });
    });

    describe("a version of an object", () => {
      async function keep(from: EvidenceStore): Promise<{ key: string; versionId: string }> {
        const key = newKey();
        await from.putDocument({ key, body, contentType: "video/mp4" });
        return { key, versionId: (await from.stat(key))?.versionId ?? "" };
      }

      it("tells what protects it, and nothing once it is gone", async () => {
        const { key, versionId } = await keep(store());
        await store().placeHold(key);
        const { retainedUntil } = (await store().stat(key)) ?? {};
        expect(await store().protectionOf(key, versionId)).toEqual({ retainedUntil, held: true });
        expect(await store().protectionOf(newKey(), versionId)).toBeUndefined();
      });

      it("is not deleted while its lock goes on", async () => {
        const { key, versionId } = await keep(store());
        expect(await store().deleteVersion(key, versionId)).toBe("protected");
        expect(await store().readRange(key, 0, body.length)).toEqual(body);
      });

      it("is not deleted while it is held, lock or no lock", async () => {
        const { key, versionId } = await keep(running.withoutLock);
        await running.withoutLock.placeHold(key);
        expect(await running.withoutLock.deleteVersion(key, versionId)).toBe("protected");
        expect(await running.withoutLock.readRange(key, 0, body.length)).toEqual(body);
      });

      it("is not deleted once its lock was extended", async () => {
        const { key, versionId } = await keep(running.withoutLock);
        await running.withoutLock.extendRetention(key, new Date(Date.now() + 86_400_000).toISOString());
        expect(await running.withoutLock.deleteVersion(key, versionId)).toBe("protected");
      });

      it("goes for good when nothing protects it, and going again changes nothing", async () => {
        const { key, versionId } = await keep(running.withoutLock);
        const other = await keep(running.withoutLock);
        await running.withoutLock.placeHold(key);
        await running.withoutLock.releaseHold(key);
        for (let time = 1; time <= 2; time += 1) {
          expect(await running.withoutLock.deleteVersion(key, versionId)).toBe("deleted");
        }
        expect(await running.withoutLock.stat(key)).toBeUndefined();
        expect(await running.withoutLock.protectionOf(key, versionId)).toBeUndefined();
        await expect(running.withoutLock.readRange(key, 0, 1)).rejects.toThrow(RecordNotFoundError);
        await expect(running.withoutLock.placeHold(key)).rejects.toThrow(RecordNotFoundError);
        expect(await running.withoutLock.stat(other.key)).toBeDefined();
      });

      it("stays when another version of its key is to be deleted", async () => {
        const { key } = await keep(running.withoutLock);
        const { versionId } = await keep(running.withoutLock);
        await running.withoutLock.deleteVersion(key, versionId);
        expect(await running.withoutLock.readRange(key, 0, body.length)).toEqual(body);
      });
    });
  });
}

function omit(headers: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([given]) => given !== name));
}
