import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CorruptRecordError, InvalidInputError } from "#contracts/errors.ts";
import { MIB } from "#contracts/footage.ts";
import type { UploadUrl } from "#ports/evidence-store.ts";
import { type EvidenceServer, startEvidenceServer } from "#test/support/evidence-server.ts";
import { putUpload } from "#test/support/put-upload.ts";
import { sampleBytes, sha256Of } from "#test/support/sample-bytes.ts";

const key = "footage/X1/2026/11/A";
const body = sampleBytes(200_000);

let folder: string;
let server: EvidenceServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "witnessed-evidence-"));
  server = await startEvidenceServer({ folder });
});
afterEach(async () => {
  await server.end();
  await rm(folder, { recursive: true, force: true });
});

const offer = (name = key) =>
  server.store.presignPut({
    key: name,
    bytes: body.length,
    contentType: "video/mp4",
    sha256: sha256Of(body),
  });

/** A PUT that has sent the first half and waits; `finish` sends the rest and tells the status. */
async function startHalfUpload(upload: UploadUrl) {
  const outgoing = request(upload.url, { method: "PUT", headers: { ...upload.headers } });
  outgoing.on("error", () => undefined);
  const answered = once(outgoing, "response") as Promise<[{ statusCode: number }]>;
  answered.catch(() => undefined);
  await new Promise((resolve) => outgoing.write(body.subarray(0, 100_000), resolve));
  await arrivalOfBytes();
  return {
    finish: async () => {
      outgoing.end(body.subarray(100_000));
      return (await answered)[0].statusCode;
    },
    breakOff: async () => {
      outgoing.destroy();
      if (!outgoing.closed) await new Promise((resolve) => outgoing.once("close", resolve));
    },
  };
}

/** Resolves once the store has a draft on the disk, so that the write is known to be under way. */
async function arrivalOfBytes(): Promise<void> {
  while ((await draftBytes()) === 0) await new Promise((resolve) => setImmediate(resolve));
}

async function draftBytes(): Promise<number> {
  const drafts = await readdir(join(folder, "incoming"));
  const sizes = await Promise.all(
    drafts.map((draft) => stat(join(folder, "incoming", draft, "@content")).catch(() => ({ size: 0 }))),
  );
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

async function leftovers(): Promise<readonly string[]> {
  return readdir(join(folder, "incoming"));
}

async function untilNothingIsLeft(): Promise<void> {
  while ((await leftovers()).length > 0) await new Promise((resolve) => setImmediate(resolve));
}

describe("two writes of one object", () => {
  it("answers 409 to the second while the first runs, and the first succeeds", async () => {
    const upload = await offer();
    const first = await startHalfUpload(upload);
    expect(await putUpload(upload, body)).toMatchObject({ status: 409, code: "ConditionalRequestConflict" });
    expect(await first.finish()).toBe(200);
    expect(await putUpload(upload, body)).toMatchObject({ status: 412 });
  });

  it("lets the next one write when the first broke off", async () => {
    const upload = await offer();
    await (await startHalfUpload(upload)).breakOff();
    await untilNothingIsLeft();
    expect(await putUpload(upload, body)).toMatchObject({ status: 200 });
  });

  it("joins an upload once, however many ask at once", async () => {
    const { uploadId } = await server.store.beginMultipart({ key, contentType: "video/mp4" });
    const part = { key, uploadId, number: 1, bytes: body.length, sha256: sha256Of(body) };
    await putUpload(await server.store.presignPart(part), body);
    const upload = { key, uploadId, bytes: body.length };
    const results = await Promise.all([1, 2, 3].map(() => server.store.completeMultipart(upload)));
    expect(results).toEqual(Array(3).fill(results[0]));
    expect(server.created).toEqual([key]);
    expect(await readdir(join(folder, "multipart"))).toEqual([]);
  });
});

describe("a body that is not what was declared", () => {
  it("leaves nothing behind", async () => {
    await putUpload(await offer(), sampleBytes(body.length, 9));
    expect(await leftovers()).toEqual([]);
    expect(server.created).toEqual([]);
  });

  it("is answered 400 when it ends early", async () => {
    const { url, headers } = await offer();
    const socket = connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true });
    const { pathname, search } = new URL(url);
    const head = Object.entries({ host: "127.0.0.1", ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    socket.write([`PUT ${pathname}${search} HTTP/1.1`, ...head, "", ""].join("\r\n"));
    socket.end(body.subarray(0, 1000));
    const [answer] = await once(socket, "data");
    expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
    socket.destroy();
    await untilNothingIsLeft();
    expect(await server.store.stat(key)).toBeUndefined();
  });

  it("is answered 400 when its sender falls silent", async () => {
    await server.end();
    server = await startEvidenceServer({ folder, idleMilliseconds: 50 });
    const { url, headers } = await offer();
    const outgoing = request(url, { method: "PUT", headers: { ...headers } });
    outgoing.write(body.subarray(0, 1000));
    const [response] = await once(outgoing, "response");
    expect(response.statusCode).toBe(400);
    outgoing.on("error", () => undefined);
    outgoing.destroy();
    await untilNothingIsLeft();
  });
});

describe("keys", () => {
  it.each(["../outside", "a/../../outside", "/etc/passwd", "a//b", "a/./b", "a b", "a/@content", ""])(
    "refuses %j",
    async (name) => {
      await expect(offer(name)).rejects.toThrow(InvalidInputError);
      await expect(server.store.stat(name)).rejects.toThrow(InvalidInputError);
      await expect(server.store.readRange(name, 0, 1)).rejects.toThrow(InvalidInputError);
    },
  );

  it("may lie below one another", async () => {
    expect(await putUpload(await offer("a/b/c"), body)).toMatchObject({ status: 200 });
    expect(await putUpload(await offer("a/b/d"), body)).toMatchObject({ status: 200 });
    expect(server.created).toEqual(["a/b/c", "a/b/d"]);
  });
});

describe("a restart on the same folder", () => {
  it("honours the URLs that were given out before", async () => {
    const before = await offer();
    const { port } = server;
    await server.end();
    server = await startEvidenceServer({ folder });
    const moved = { ...before, url: before.url.replace(`:${port}`, `:${server.port}`) };
    expect(await putUpload(moved, body)).toMatchObject({ status: 200 });
  });

  it("goes on with an upload in parts", async () => {
    const { uploadId } = await server.store.beginMultipart({ key, contentType: "video/mp4" });
    const part = { key, uploadId, number: 1, bytes: body.length, sha256: sha256Of(body) };
    await putUpload(await server.store.presignPart(part), body);
    await server.end();
    server = await startEvidenceServer({ folder });
    const result = await server.store.completeMultipart({ key, uploadId, bytes: body.length });
    expect(result).toMatchObject({ outcome: "completed" });
  });

  it("gives up parts that nobody joined for seven days", async () => {
    const { uploadId } = await server.store.beginMultipart({ key, contentType: "video/mp4" });
    const inDays = (days: number) => ({ now: () => new Date(Date.now() + days * 86_400_000) });
    await server.end();
    server = await startEvidenceServer({ folder, clock: inDays(6.9) });
    expect(await server.store.listParts({ key, uploadId })).toEqual([]);
    await server.end();
    server = await startEvidenceServer({ folder, clock: inDays(7.1) });
    expect(await server.store.listParts({ key, uploadId })).toBeUndefined();
  });

  it("says so when the facts of an object cannot be read", async () => {
    await putUpload(await offer(), body);
    await writeFile(join(folder, "objects", key, "@facts.json"), "{");
    await expect(server.store.stat(key)).rejects.toThrow(CorruptRecordError);
  });

  it.each(["", "abcd"])("signs with a whole key where %j of one was kept", async (part) => {
    await server.end();
    await writeFile(join(folder, "upload-signing-key"), part);
    server = await startEvidenceServer({ folder });
    const upload = await offer();
    const kept = await readFile(join(folder, "upload-signing-key"), "utf8");
    expect(kept).toMatch(/^[0-9a-f]{64}$/);
    expect((await putUpload(upload, body)).status).toBe(200);
  });

  it("keeps the signing key from everybody else", async () => {
    const path = join(folder, "upload-signing-key");
    expect((await stat(path)).mode & 0o077).toBe(0);
    expect(await readFile(path, "utf8")).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("in a process of its own", () => {
  let child: ChildProcess;
  afterEach(() => {
    child.kill("SIGKILL");
  });

  async function startProcess(
    bytes: number,
    sha256: string,
  ): Promise<{ upload: UploadUrl; ask: () => Promise<string> }> {
    const script = new URL("../support/evidence-process.ts", import.meta.url).pathname;
    child = spawn(process.execPath, [script, folder, String(bytes), sha256], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout ?? process.stdin })[Symbol.asyncIterator]();
    const next = async () => String((await lines.next()).value);
    const upload = JSON.parse(await next()) as UploadUrl;
    return {
      upload,
      ask: () => {
        child.stdin?.write("\n");
        return next();
      },
    };
  }

  it("shows no object of a half upload after being killed, and takes it again", async () => {
    const { upload } = await startProcess(body.length, sha256Of(body));
    const half = await startHalfUpload(upload);
    child.kill("SIGKILL");
    await once(child, "exit");
    await half.breakOff();
    await server.end();
    server = await startEvidenceServer({ folder });
    expect(await leftovers()).toEqual([]);
    expect(await server.store.stat("footage/X1/2026/11/LARGE")).toBeUndefined();
    expect(await putUpload(await offer("footage/X1/2026/11/LARGE"), body)).toMatchObject({ status: 200 });
  });

  it("takes 1 GiB in less than 200 MB of memory", async () => {
    const chunk = sampleBytes(MIB);
    const chunks: readonly Uint8Array[] = Array(1024).fill(chunk);
    const { upload, ask } = await startProcess(1024 * MIB, sha256Of(...chunks));
    const outgoing = request(upload.url, { method: "PUT", headers: { ...upload.headers } });
    const answered = once(outgoing, "response");
    for (const piece of chunks) if (!outgoing.write(piece)) await once(outgoing, "drain");
    outgoing.end();
    const [response] = await answered;
    expect(response.statusCode).toBe(200);
    expect(Number(await ask())).toBeLessThan(200_000_000);
  }, 120_000);
});
