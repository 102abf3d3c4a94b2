import { beforeEach, describe, expect, it } from "vitest";
import {
  type ApiUnderTest,
  aDevice,
  createApiUnderTest,
  NOW,
  type TestDevice,
} from "#test/support/api-under-test.ts";
import { aDeclaration, aLargeFile } from "#test/support/footage-builders.ts";

const MIB = 1024 * 1024;
const sha = (digit: string) => digit.repeat(64);

let under: ApiUnderTest;
let gateway: TestDevice;

beforeEach(async () => {
  under = createApiUnderTest();
  gateway = aDevice("GW-1");
  await under.register(gateway);
});

const declare = (body: object) => under.asDevice(gateway, "POST", "/v1/footage", body);
const read = (footageId: string) => under.asDevice(gateway, "GET", `/v1/footage/${footageId}`);
const complete = (footageId: string) => under.asDevice(gateway, "POST", `/v1/footage/${footageId}/complete`);

async function recordOf(footageId: string) {
  const stored = await under.repositories.footage.read(footageId);
  if (!stored) throw new Error("not stored");
  return stored.record;
}

describe("declaring a clip of one PUT", () => {
  it("answers 201 with the id and one URL", async () => {
    const { status, body } = await declare(aDeclaration());
    expect(status).toBe(201);
    expect(body).toEqual({
      footageId: expect.stringMatching(/^f[0-9a-f]{24}$/),
      upload: {
        url: expect.any(String),
        headers: { "content-length": "15728640" },
        expiresAt: expect.any(String),
      },
    });
    expect((await read(body.footageId)).body).toEqual({
      footageId: body.footageId,
      state: "AWAITING_UPLOAD",
    });
  });

  it("answers a repeat 200 with the same id and a fresh URL", async () => {
    const first = await declare(aDeclaration());
    const second = await declare(aDeclaration());
    expect(second.status).toBe(200);
    expect(second.body.footageId).toBe(first.body.footageId);
    expect(second.body.upload.url).not.toBe(first.body.upload.url);
  });

  it("answers a repeat without URLs once the file is there", async () => {
    const { body } = await declare(aDeclaration());
    under.evidence.store((await recordOf(body.footageId)).objectKey, new Uint8Array(3));
    expect((await declare(aDeclaration())).body).toEqual({ footageId: body.footageId, upload: null });
  });

  it("notes until when its URL is good before it hands it out", async () => {
    const { body } = await declare(aDeclaration());
    expect((await recordOf(body.footageId)).urlsExpireAt).toBe(
      new Date(NOW.getTime() + 300_000).toISOString(),
    );
  });

  it("makes the object's key itself, never of the file's name", async () => {
    const { body } = await declare(
      aDeclaration({ file: { ...aDeclaration().file, name: "../../etc/passwd" } }),
    );
    expect((await recordOf(body.footageId)).objectKey).toMatch(/^footage\/X81234567\/2026\/11\/[\w-]+$/);
  });

  it("keeps a known clip number with another SHA-256 as footage of its own", async () => {
    const first = await declare(aDeclaration());
    const other = aDeclaration({ file: { ...aDeclaration().file, sha256: sha("c") } });
    const second = await declare(other);
    expect(second.status).toBe(201);
    expect(second.body.footageId).not.toBe(first.body.footageId);
    expect((await recordOf(second.body.footageId)).duplicateNumber).toBe(true);
    expect((await recordOf(first.body.footageId)).duplicateNumber).toBe(false);
    expect((await declare(other)).body.footageId).toBe(second.body.footageId);
    expect((await declare(aDeclaration())).body.footageId).toBe(first.body.footageId);
  });

  it("keeps the first clock of a clip that is declared again with another", async () => {
    const first = await declare(aDeclaration());
    const again = await declare(aDeclaration({ clock: { unset: true } }));
    expect([again.status, again.body.footageId]).toEqual([200, first.body.footageId]);
    expect((await recordOf(first.body.footageId)).declaration.clock?.deviceClock).toBe(
      "2026-11-22T06:00:02Z",
    );
  });

  it("refuses other content with 409 and names what differs", async () => {
    await declare(aDeclaration());
    const reply = await declare(aDeclaration({ endTime: "2026-11-21T21:09:41Z", drill: true }));
    expect([reply.status, reply.body.type]).toEqual([409, "urn:witnessed:problem:conflict"]);
    expect(reply.body.detail).toContain("drill, endTime");
  });

  it("takes up a promise that had been given up", async () => {
    const { body } = await declare(aDeclaration());
    const stored = await under.repositories.footage.read(body.footageId);
    if (!stored) throw new Error("not stored");
    await under.repositories.footage.replace({ ...stored.record, state: "EXPIRED" }, stored.revision);
    const again = await declare(aDeclaration());
    expect([again.status, again.body.upload]).toEqual([
      200,
      expect.objectContaining({ url: expect.any(String) }),
    ]);
    expect((await read(body.footageId)).body.state).toBe("AWAITING_UPLOAD");
  });

  it("hands out nothing for a settled clip, and says why it was rejected", async () => {
    const { body } = await declare(aDeclaration());
    const stored = await under.repositories.footage.read(body.footageId);
    if (!stored) throw new Error("not stored");
    const rejection = { code: "NOT_VIDEO", detail: "There are no pictures in it." };
    await under.repositories.footage.replace(
      { ...stored.record, state: "REJECTED", rejection },
      stored.revision,
    );
    expect((await declare(aDeclaration())).body.upload).toBeNull();
    expect((await read(body.footageId)).body).toEqual({
      footageId: body.footageId,
      state: "REJECTED",
      rejection,
    });
  });
});

describe("a declaration is refused with a pointer", () => {
  const file = aDeclaration().file;
  it.each<[string, object, string]>([
    ["that ends before it starts", { endTime: "2026-11-21T21:03:09Z" }, "/endTime"],
    ["of over 30 hours", { endTime: "2026-11-23T03:03:11Z" }, "/endTime"],
    [
      "over a year ahead",
      { startTime: "2027-11-24T00:00:00Z", endTime: "2027-11-24T00:01:00Z" },
      "/startTime",
    ],
    ["with a local time", { startTime: "2026-11-21T21:03:10" }, "/startTime"],
    [
      "with sound that ends before it starts",
      { audio: [{ from: "2026-11-21T21:05:00Z", to: "2026-11-21T21:04:00Z" }] },
      "/audio/0/to",
    ],
    [
      "with parts up to 100 MiB",
      { file: { ...file, parts: [{ number: 1, sha256: sha("1") }] } },
      "/file/parts",
    ],
    [
      "with parts beyond the file",
      { file: { ...aLargeFile, parts: [{ number: 4, sha256: sha("1") }] } },
      "/file/parts/0/number",
    ],
    [
      "with a part twice",
      {
        file: {
          ...aLargeFile,
          parts: [
            { number: 1, sha256: sha("1") },
            { number: 1, sha256: sha("2") },
          ],
        },
      },
      "/file/parts/1/number",
    ],
    [
      "with more parts than can be joined",
      { file: { ...aLargeFile, bytes: 8 * MIB * 10_001, partBytes: 8 * MIB } },
      "/file/partBytes",
    ],
    [
      "wanting more than twenty parts at a time",
      {
        file: {
          ...aLargeFile,
          bytes: 30 * 64 * MIB,
          parts: Array.from({ length: 21 }, (_, index) => ({ number: index + 1, sha256: sha("1") })),
        },
      },
      "/file/parts",
    ],
    ["with another size of parts", { file: { ...aLargeFile, partBytes: 5 } }, "/file/partBytes"],
    ["of nothing", { file: { ...file, bytes: 0 } }, "/file/bytes"],
    ["with an unknown field", { file: { ...file, size: 1 } }, "/file/size"],
    ["with a field of the language's own", { constructor: 1 }, "/constructor"],
    ["with too much from the vendor", { vendor: { text: "x".repeat(4097) } }, "/vendor"],
    ["with too many bytes from the vendor", { vendor: { text: "€".repeat(1400) } }, "/vendor"],
    ["of an unknown camera kind", { camera: { serial: "X1", kind: "drone" } }, "/camera/kind"],
    ["with a serial that is no path segment", { camera: { serial: "a/b", kind: "fixed" } }, "/camera/serial"],
    ["with a serial that leads elsewhere", { camera: { serial: "..", kind: "fixed" } }, "/camera/serial"],
  ])("%s", async (_name, changes, pointer) => {
    const reply = await declare({ ...aDeclaration(), ...changes });
    expect([reply.status, reply.body.type]).toEqual([400, "urn:witnessed:problem:invalid-request"]);
    expect(reply.body.errors).toEqual([{ pointer, detail: expect.any(String) }]);
  });

  it("naming each missing field", async () => {
    const reply = await declare({ clip: 2 });
    const pointers = reply.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers).toEqual(["/recordingId", "/camera", "/startTime", "/endTime", "/file"]);
    expect(reply.body.errors[0].detail).toMatch(/^required/);
  });
});

describe("an upload in parts", () => {
  const part = (number: number) => ({ number, sha256: sha(String(number)) });
  const large = (parts: number[], changes: object = {}) =>
    aDeclaration({ file: { ...aLargeFile, parts: parts.map(part), ...changes } });

  async function upload(footageId: string, numbers: readonly number[]) {
    const { uploadId = "" } = await recordOf(footageId);
    const sizes = [0, 64 * MIB, 64 * MIB, 2 * MIB];
    for (const number of numbers) {
      under.evidence.storePart(uploadId, { ...part(number), bytes: sizes[number] ?? 0 });
    }
  }

  it("gives URLs for the parts asked for, with sizes of the server's making", async () => {
    const { status, body } = await declare(large([1, 3]));
    expect(status).toBe(201);
    expect(body.upload).toMatchObject({ have: [], remaining: 3 });
    expect(body.upload.parts).toMatchObject([
      { number: 1, headers: { "content-length": String(64 * MIB) } },
      { number: 3, headers: { "content-length": String(2 * MIB) } },
    ]);
  });

  it("gives twenty URLs at a time", async () => {
    const parts = Array.from({ length: 20 }, (_, index) => ({ number: index + 1, sha256: sha("1") }));
    const file = { ...aLargeFile, bytes: 30 * 64 * MIB, parts };
    const { upload } = (await declare(aDeclaration({ file }))).body;
    expect([upload.parts.length, upload.remaining]).toEqual([20, 30]);
  });

  it("records the upload before a URL of it is handed out, and keeps to it", async () => {
    const { body } = await declare(large([1]));
    const { uploadId } = await recordOf(body.footageId);
    expect(uploadId).toBeDefined();
    await declare(large([2]));
    expect((await recordOf(body.footageId)).uploadId).toBe(uploadId);
  });

  it("goes on where it stopped", async () => {
    const { body } = await declare(large([1, 2]));
    await upload(body.footageId, [2]);
    const again = await declare(large([1, 2]));
    expect(again.body.upload).toMatchObject({ have: [2], remaining: 2 });
    expect(again.body.upload.parts.map(({ number }: { number: number }) => number)).toEqual([1]);
  });

  it("counts a part of another size as missing", async () => {
    const { body } = await declare(large([1]));
    const { uploadId = "" } = await recordOf(body.footageId);
    under.evidence.storePart(uploadId, { ...part(1), bytes: 5 });
    expect((await declare(large([1]))).body.upload).toMatchObject({ have: [], remaining: 3 });
  });

  it("begins anew when the store has forgotten it", async () => {
    const { body } = await declare(large([1]));
    const { uploadId = "" } = await recordOf(body.footageId);
    under.evidence.abort(uploadId);
    const again = await declare(large([1]));
    expect(again.body.upload).toMatchObject({ have: [], remaining: 3 });
    expect((await recordOf(body.footageId)).uploadId).not.toBe(uploadId);
  });

  it("refuses to complete while parts are missing, and names them", async () => {
    const { body } = await declare(large([1]));
    await upload(body.footageId, [1]);
    const reply = await complete(body.footageId);
    expect([reply.status, reply.body.type]).toEqual([409, "urn:witnessed:problem:conflict"]);
    expect(reply.body.detail).toContain("2 parts are missing: 2, 3");
    expect((await read(body.footageId)).body.state).toBe("AWAITING_UPLOAD");
  });

  it("is completed behind the answer, once and again", async () => {
    const { body } = await declare(large([1, 2, 3]));
    const { footageId } = body;
    await upload(footageId, [1, 2, 3]);
    const expected = { status: 200, body: { footageId, state: "PROCESSING" } };
    expect(await complete(footageId)).toMatchObject(expected);
    expect(await complete(footageId)).toMatchObject(expected);
    expect(await under.evidence.stat((await recordOf(footageId)).objectKey)).toMatchObject({
      bytes: 130 * MIB,
    });
    expect((await declare(large([1]))).body.upload).toBeNull();
  });

  it("has to begin anew when it is completed after the store forgot it", async () => {
    const { body } = await declare(large([1, 2, 3]));
    under.evidence.abort((await recordOf(body.footageId)).uploadId ?? "");
    const reply = await complete(body.footageId);
    expect([reply.status, reply.body.type]).toEqual([409, "urn:witnessed:problem:conflict"]);
    expect(reply.body.detail).toContain("Declare it again");
  });

  it("is taken as complete once its object is there, though the store knows no upload of it any more", async () => {
    const { body } = await declare(large([1, 2, 3]));
    const { footageId } = body;
    const { objectKey, uploadId = "" } = await recordOf(footageId);
    under.evidence.store(objectKey, new Uint8Array(3));
    under.evidence.abort(uploadId);
    expect(await complete(footageId)).toMatchObject({ status: 200, body: { state: "PROCESSING" } });
  });

  it("tells the sweep of a joining two minutes later, not when its URLs expire", async () => {
    const { body } = await declare(large([1, 2, 3]));
    await upload(body.footageId, [1, 2, 3]);
    await complete(body.footageId);
    expect((await recordOf(body.footageId)).urlsExpireAt).toBe(
      new Date(NOW.getTime() + 120_000).toISOString(),
    );
  });

  it("keeps to the size of parts that was declared first", async () => {
    await declare(large([1]));
    expect((await declare(large([1], { partBytes: 8 * MIB }))).status).toBe(409);
  });
});

describe("an upload in parts that was being joined", () => {
  const part = (number: number) => ({ number, sha256: sha(String(number)) });
  const large = aDeclaration({ file: { ...aLargeFile, parts: [1, 2, 3].map(part) } });
  const sizes = [64 * MIB, 64 * MIB, 2 * MIB];

  /** An upload whose completion was asked for and then lost: the API ended before it spoke to the store. */
  async function completedInVain() {
    let lost = true;
    under = createApiUnderTest({
      behind: async (work) => {
        if (!lost) await work();
      },
    });
    await under.register(gateway);
    const { footageId } = (await declare(large)).body;
    const { uploadId = "", objectKey } = await recordOf(footageId);
    for (const [index, bytes] of sizes.entries()) {
      under.evidence.storePart(uploadId, { ...part(index + 1), bytes });
    }
    await complete(footageId);
    expect((await read(footageId)).body.state).toBe("PROCESSING");
    lost = false;
    return { footageId, uploadId, objectKey };
  }

  it("is joined by declaring it again", async () => {
    const { footageId, objectKey } = await completedInVain();
    expect((await declare(large)).body).toEqual({ footageId, upload: null });
    expect(await under.evidence.stat(objectKey)).toMatchObject({ bytes: 130 * MIB });
  });

  it("is joined by completing it again", async () => {
    const { footageId, objectKey } = await completedInVain();
    expect((await complete(footageId)).body.state).toBe("PROCESSING");
    expect(await under.evidence.stat(objectKey)).toMatchObject({ bytes: 130 * MIB });
  });

  it("begins anew at once by declaring it again when the store has forgotten it", async () => {
    const { footageId, uploadId } = await completedInVain();
    under.evidence.abort(uploadId);
    expect((await complete(footageId)).status).toBe(409);
    const { upload } = (await declare(large)).body;
    expect(upload).toMatchObject({ have: [], remaining: 3 });
    expect(upload.parts).toHaveLength(3);
    const record = await recordOf(footageId);
    expect(record).toMatchObject({ state: "AWAITING_UPLOAD", uploadId: expect.any(String) });
    expect(record.uploadId).not.toBe(uploadId);
  });

  it("goes on with the parts that are there when one of them was replaced by another size", async () => {
    const { footageId, uploadId } = await completedInVain();
    under.evidence.storePart(uploadId, { ...part(2), bytes: 5 });
    const { upload } = (await declare(large)).body;
    expect(upload).toMatchObject({ have: [1, 3], remaining: 1, parts: [{ number: 2 }] });
    expect(await recordOf(footageId)).toMatchObject({ state: "AWAITING_UPLOAD", uploadId });
  });

  it("is left alone while its object waits to be taken in", async () => {
    const { footageId, uploadId, objectKey } = await completedInVain();
    under.evidence.store(objectKey, new Uint8Array(3));
    under.evidence.abort(uploadId);
    expect((await declare(large)).body).toEqual({ footageId, upload: null });
    expect(await recordOf(footageId)).toMatchObject({ state: "PROCESSING", uploadId });
  });

  it("is never taken for forgotten when it is joined between two looks at the store", async () => {
    const { footageId, uploadId, objectKey } = await completedInVain();
    const { listParts } = under.evidence;
    const evidence = {
      ...under.evidence,
      listParts: async (upload: Parameters<typeof listParts>[0]) => {
        await under.evidence.completeMultipart({ key: objectKey, uploadId, bytes: 130 * MIB });
        return listParts(upload);
      },
    };
    const { repositories } = under;
    const again = createApiUnderTest({ ...repositories, evidence });
    await again.register(gateway);
    const reply = await again.asDevice(gateway, "POST", "/v1/footage", large);
    expect(reply.body).toEqual({ footageId, upload: null });
  });
});

describe("footage that does not exist", () => {
  it("is 404", async () => {
    for (const reply of [await read("f1"), await complete("f1")]) {
      expect([reply.status, reply.body.type]).toEqual([404, "urn:witnessed:problem:not-found"]);
    }
  });
});

describe("a clip whose file is no more", () => {
  it("keeps its state, and says when its file went and why", async () => {
    const { footageId } = (await declare(aDeclaration())).body;
    const stored = await under.repositories.footage.read(footageId);
    if (!stored) throw new Error("not stored");
    const deletedAt = "2026-12-23T06:00:00.000Z";
    await under.repositories.footage.replace(
      { ...stored.record, state: "REJECTED", deletedAt, deletedBecause: "UNMATCHED" },
      stored.revision,
    );
    expect((await read(footageId)).body).toEqual({
      footageId,
      state: "REJECTED",
      deletedAt,
      deletedBecause: "UNMATCHED",
    });
    expect((await declare(aDeclaration())).body).toEqual({ footageId, upload: null });
  });
});
