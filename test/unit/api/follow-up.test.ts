import { beforeEach, describe, expect, it } from "vitest";
import { CorruptRecordError } from "#contracts/errors.ts";
import type { FootageRecord } from "#contracts/footage.ts";
import { type ApiUnderTest, aDevice, createApiUnderTest, NOW } from "#test/support/api-under-test.ts";
import { aDeclaration, aLargeFile } from "#test/support/footage-builders.ts";
import { aClip } from "#test/support/stored-builders.ts";

let under: ApiUnderTest;
beforeEach(() => {
  under = createApiUnderTest();
});

const list = (query: string, who: "supervisor" | "admin" = "supervisor") =>
  under.asPerson(who, "GET", `/v1/footage?${query}`);
const ask = (footageId: string, reason = "The reader was upgraded.") =>
  under.asPerson("admin", "POST", `/v1/footage/${footageId}/probe`, { reason });
const REJECTION = { code: "UNSUPPORTED_CODEC", detail: "Not this one." };

async function add(changes: Partial<Omit<FootageRecord, "declaration">> & { readonly declaration?: object }) {
  const clip = aClip({ objectKey: `footage/X81234567/2026/11/${changes.footageId}`, ...changes });
  await under.repositories.footage.create(clip, "untrusted");
  return clip;
}

describe("the list of footage that does not count", () => {
  it("tells of a promise how old it is and that nothing of it came", async () => {
    await add({ footageId: "f1", declaredAt: "2026-11-22T05:00:00.000Z" });
    await add({ footageId: "f2", state: "ACCEPTED" });
    const { status, body } = await list("state=AWAITING_UPLOAD");
    expect(status).toBe(200);
    expect(body).toEqual({
      footage: [
        {
          footageId: "f1",
          cameraSerial: "X81234567",
          clip: 1,
          drill: false,
          startTime: "2026-11-21T21:03:10Z",
          endTime: "2026-11-21T21:09:40Z",
          bytes: 1000,
          state: "AWAITING_UPLOAD",
          declaredAt: "2026-11-22T05:00:00.000Z",
          ageSeconds: 3600,
          detail: "It was declared and nothing of it has come.",
        },
      ],
    });
  });

  it("tells how many parts have come, and when all have", async () => {
    const gateway = aDevice("GW-1");
    await under.register(gateway);
    const wanted = aDeclaration({ file: { ...aLargeFile, parts: [{ number: 1, sha256: "1".repeat(64) }] } });
    const { footageId } = (await under.asDevice(gateway, "POST", "/v1/footage", wanted)).body;
    const { uploadId = "" } = (await under.repositories.footage.read(footageId))?.record ?? {};
    const line = async () => (await list("state=AWAITING_UPLOAD")).body.footage[0];
    expect(await line()).toMatchObject({
      parts: { have: 0, missing: 3 },
      detail: expect.stringMatching(/nothing/),
    });
    const sizes = [64, 64, 2].map((mebibytes) => mebibytes * 1024 * 1024);
    const send = (number: number) =>
      under.evidence.storePart(uploadId, { number, sha256: "1".repeat(64), bytes: sizes[number - 1] ?? 0 });
    send(1);
    expect(await line()).toMatchObject({ parts: { have: 1, missing: 2 }, detail: "1 of 3 parts have come." });
    send(2);
    send(3);
    expect(await line()).toMatchObject({ detail: "All parts have come and are to be joined." });
  });

  it("tells of a file that has come and was not read yet", async () => {
    const { objectKey } = await add({ footageId: "f1", state: "PROCESSING" });
    under.evidence.store(objectKey, new Uint8Array(3));
    const { body } = await list("state=PROCESSING");
    expect(body.footage[0].detail).toBe("The file has come and waits to be read.");
  });

  it("tells why a file was rejected, by which reader, and of one that is gone what became of it", async () => {
    const deletedAt = "2026-11-22T04:00:00.000Z";
    await add({ footageId: "f1", state: "REJECTED", rejection: REJECTION, readerVersion: 3 });
    await add({ footageId: "f2", state: "EXPIRED" });
    await add({
      footageId: "f3",
      state: "REJECTED",
      rejection: REJECTION,
      deletedAt,
      deletedBecause: "UNMATCHED",
    });
    await add({ footageId: "f4", state: "ACCEPTED", deletedAt, deletedBecause: "FOUND_GONE" });
    const lines = async (state: string) => (await list(`state=${state}`, "admin")).body.footage;
    expect(await lines("REJECTED")).toMatchObject([
      { footageId: "f1", code: "UNSUPPORTED_CODEC", detail: "Not this one.", readerVersion: 3 },
    ]);
    expect(await lines("EXPIRED")).toMatchObject([
      { footageId: "f2", detail: expect.stringMatching(/^It was promised and did not come/) },
    ]);
    expect(await lines("DELETED")).toMatchObject([
      { footageId: "f3", deletedAt, detail: expect.stringMatching(/showed no use/) },
      { footageId: "f4", deletedAt, detail: expect.stringMatching(/did not delete it/) },
    ]);
  });

  it("is given page by page, the first declared first", async () => {
    for (const minute of [30, 10, 20]) {
      await add({ footageId: `f${minute}`, state: "EXPIRED", declaredAt: `2026-11-22T05:${minute}:00.000Z` });
    }
    const first = (await list("state=EXPIRED&limit=2")).body;
    expect(first.footage.map(({ footageId }: { footageId: string }) => footageId)).toEqual(["f10", "f20"]);
    const second = (await list(`state=EXPIRED&limit=2&cursor=${first.cursor}`)).body;
    expect(second.footage.map(({ footageId }: { footageId: string }) => footageId)).toEqual(["f30"]);
    expect(second.cursor).toBeUndefined();
  });

  it("leaves out a record that cannot be read, and names whom it concerns by serials alone", async () => {
    const personal = {
      incidentRef: "CAD 1234/21NOV26",
      positions: [{ at: "2026-11-21T21:05:00Z", lat: 51.5033, lon: -0.1196 }],
      vendor: { wearer: "Okafor" },
      file: { name: "okafor.mp4", bytes: 1000, contentType: "video/mp4", sha256: "a".repeat(64) },
      recordingId: "R-okafor",
    };
    const { footageId } = await add({ footageId: "f1", state: "EXPIRED" });
    await add({ footageId: "f2", state: "EXPIRED", declaration: personal });
    const records = under.repositories.footage;
    const broken: typeof records = {
      ...records,
      read: async (id) => {
        if (id === footageId) throw new CorruptRecordError("it lost its shape");
        return records.read(id);
      },
    };
    const again = createApiUnderTest({ ...under.repositories, footage: broken });
    const { body } = await again.asPerson("supervisor", "GET", "/v1/footage?state=EXPIRED");
    expect(body.footage).toHaveLength(1);
    expect(JSON.stringify(body)).not.toMatch(/okafor|CAD|51\.5/i);
  });

  it.each(["", "state=ACCEPTED", "state=AWAITING_UPLOAD&cursor=x&limit=0"])(
    "is not given for ?%s",
    async (query) => {
      expect((await list(query)).status).toBe(400);
    },
  );
});

describe("asking for a rejected file to be read again", () => {
  beforeEach(() => add({ footageId: "f1", state: "REJECTED", rejection: REJECTION, readerVersion: 1 }));

  it("is taken once, and is noted with its reason in the file's custody log", async () => {
    const first = await ask("f1");
    expect([first.status, first.body]).toEqual([202, { footageId: "f1", askedAt: NOW.toISOString() }]);
    under.wait(60_000);
    const second = await ask("f1", "Another reason.");
    expect([second.status, second.body]).toEqual([200, first.body]);
    const custody = await under.repositories.footageCustody.all("f1");
    expect(custody.map(({ who, what, why }) => [who, what, why])).toEqual([
      ["a-1", "asked for the file to be read again", "The reader was upgraded."],
    ]);
    expect((await list("state=REJECTED")).body.footage[0].probeAskedAt).toBe(NOW.toISOString());
  });

  it("may be asked again once it was read", async () => {
    await ask("f1");
    const { probeRequests } = under.repositories;
    const stored = await probeRequests.read("f1");
    await probeRequests.write(
      { ...stored?.record, doneAt: NOW.toISOString() } as never,
      stored?.revision ?? 0,
    );
    expect((await list("state=REJECTED")).body.footage[0].probeAskedAt).toBeUndefined();
    under.wait(60_000);
    expect((await ask("f1")).status).toBe(202);
    expect(await probeRequests.listOpen(10)).toEqual(["f1"]);
  });

  it("is one request when many ask at once", async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => ask("f1")));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([...Array<number>(19).fill(200), 202]);
    expect(await under.repositories.footageCustody.all("f1")).toHaveLength(1);
  });

  it("is refused for what is not there, not rejected, or no more", async () => {
    await add({ footageId: "f2", state: "ACCEPTED" });
    await add({ footageId: "f3", state: "REJECTED", deletedAt: NOW.toISOString() });
    const replies = [await ask("f9"), await ask("f2"), await ask("f3"), await ask("f1", " ")];
    expect(replies.map(({ status }) => status)).toEqual([404, 409, 409, 400]);
    expect(replies[1]?.body.detail).toContain("ACCEPTED");
    expect(replies[2]?.body.detail).toContain("DELETED");
  });
});

describe("what the latest sweep found", () => {
  it("is nothing before the first", async () => {
    const { status, body } = await under.asPerson("admin", "GET", "/v1/sweep");
    expect([status, body]).toEqual([200, { undeclared: [] }]);
  });

  it("is its report, with the files that nobody declared", async () => {
    const none = { count: 0 };
    const report = {
      at: NOW.toISOString(),
      allAccountedFor: false,
      unaccounted: 1,
      restarted: 0,
      formed: 0,
      settled: 2,
      expired: 0,
      reopened: 0,
      probedAgain: 0,
      promised: { count: 1, oldest: { id: "f1", since: NOW.toISOString(), ageSeconds: 0 } },
      halfSent: none,
      unread: none,
      undeclared: none,
      gone: none,
      failures: [],
    };
    const object = {
      objectKey: "footage/X1/2026/11/A",
      bytes: 3,
      storedAt: NOW.toISOString(),
      foundAt: NOW.toISOString(),
    };
    await under.repositories.sweeps.writeReport(report);
    await under.repositories.undeclared.note(object);
    const { body } = await under.asPerson("supervisor", "GET", "/v1/sweep");
    expect(body).toEqual({ report, undeclared: [object] });
  });
});

describe("the custody log of a clip's file", () => {
  const read = (footageId: string) => under.asPerson("supervisor", "GET", `/v1/footage/${footageId}/custody`);

  it("tells what was done to the file, this reading included, also when the file is no more", async () => {
    const deletedAt = "2026-11-22T04:00:00.000Z";
    await add({ footageId: "f1", state: "ACCEPTED", deletedAt, deletedBecause: "UNMATCHED" });
    await under.repositories.footageCustody.append("f1", {
      at: deletedAt,
      who: "engine",
      what: "deleted it",
    });
    const { status, body } = await read("f1");
    expect(status).toBe(200);
    expect(body.custody.map(({ seq, what }: { seq: number; what: string }) => [seq, what])).toEqual([
      [1, "deleted it"],
      [2, "read the custody log"],
    ]);
    expect(body.custody[1].previousHash).toBe(body.custody[0].hash);
  });

  it("is a log of its own, even beside an incident of the same name", async () => {
    await add({ footageId: "i1", state: "ACCEPTED" });
    await under.repositories.custody.append("i1", {
      at: NOW.toISOString(),
      who: "engine",
      what: "gave verdict 1",
    });
    expect((await read("i1")).body.custody).toHaveLength(1);
  });

  it("is not there for footage that nobody declared", async () => {
    expect((await read("f9")).status).toBe(404);
  });
});
