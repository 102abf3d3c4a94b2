import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openMemoryRecords, openSqliteRecords } from "#adapters/local/records.sqlite.ts";
import { DependencyUnavailableError } from "#contracts/errors.ts";
import { describeRecords } from "./records.suite.ts";

const clock = { now: () => new Date() };
const folderOnDisk = (): string => mkdtempSync(join(tmpdir(), "witnessed-records-"));

describeRecords("SQLite on disk", async () => {
  const folder = folderOnDisk();
  const records = openSqliteRecords({ folder, clock });
  return {
    records,
    end: async () => {
      records.close();
      rmSync(folder, { recursive: true });
    },
  };
});

describeRecords("SQLite in memory", async () => {
  const records = openMemoryRecords(clock);
  return { records, end: async () => records.close() };
});

/** A process of its own that opens the folder, writes one item, and says so. */
const startHolder = async (folder: string) => {
  const script = `
    import { openSqliteRecords } from "#adapters/local/records.sqlite.ts";
    const records = openSqliteRecords({ folder: process.argv[1], clock: { now: () => new Date() } });
    await records.put({ pk: "HELD", sk: "A", data: { by: process.pid } }, "any");
    console.log("written");
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script, folder], {
    cwd: join(import.meta.dirname, "../.."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return {
    pid: child.pid,
    kill: async () => {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
};

describe("a folder of records", () => {
  let folder: string;
  beforeEach(() => {
    folder = folderOnDisk();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = () => openSqliteRecords({ folder, clock });

  it("holds after a reopening what was written before, revisions and lists included", async () => {
    const before = open();
    const entry = { list: "LOOK", order: "1" };
    await before.put({ pk: "P", sk: "A", data: { n: 1 }, byDue: entry, byTime: entry }, "absent");
    await before.put({ pk: "P", sk: "A", data: { n: 2 }, byDue: entry, byTime: entry }, { revision: 1 });
    before.close();
    const after = open();
    const stored = { pk: "P", sk: "A", revision: 2, data: { n: 2 } };
    expect(await after.query({ pk: "P" })).toEqual([stored]);
    expect(await after.list({ index: "byDue", list: "LOOK" })).toEqual([stored]);
    expect(await after.list({ index: "byTime", list: "LOOK" })).toEqual([stored]);
    after.close();
  });

  it("ends what is being written before it closes", async () => {
    const before = open();
    const put = before.put({ pk: "P", sk: "A", data: {} }, "absent");
    before.close();
    expect(await put).toEqual({ written: true, revision: 1 });
    const after = open();
    expect(await after.get({ pk: "P", sk: "A" })).toBeDefined();
    after.close();
  });

  it("is closed to calls after it was closed, and may be closed twice", async () => {
    const records = open();
    records.close();
    records.close();
    await expect(records.get({ pk: "P", sk: "A" })).rejects.toThrow(DependencyUnavailableError);
    await expect(records.put({ pk: "P", sk: "A", data: {} }, "any")).rejects.toThrow(
      DependencyUnavailableError,
    );
  });

  it("refuses a second opening, and names the process that has it", () => {
    const records = open();
    expect(readFileSync(join(folder, "records.lock"), "utf8").trim()).toBe(String(process.pid));
    expect(open).toThrow(new RegExp(`in use by process ${process.pid}`));
    records.close();
    open().close();
  });

  it("refuses while another process has it, and opens with everything after that one was killed", async () => {
    const holder = await startHolder(folder);
    expect(open).toThrow(new RegExp(`in use by process ${holder.pid}`));
    await holder.kill();
    expect(readFileSync(join(folder, "records.lock"), "utf8").trim()).toBe(String(holder.pid));
    const records = open();
    expect((await records.get({ pk: "HELD", sk: "A" }))?.data).toEqual({ by: holder.pid });
    records.close();
  });

  it("refuses records of a version that it does not know", () => {
    open().close();
    const database = new DatabaseSync(join(folder, "records.sqlite"));
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(open).toThrow("version 99");
  });

  it("forgets what has expired when it is opened, and keeps the rest", async () => {
    const before = open();
    const nowSeconds = Math.floor(Date.now() / 1000);
    await before.put({ pk: "P", sk: "old", data: {}, expiresAt: nowSeconds - 10 }, "absent");
    await before.put({ pk: "P", sk: "new", data: {}, expiresAt: nowSeconds + 600 }, "absent");
    await before.put({ pk: "P", sk: "ever", data: {} }, "absent");
    before.close();
    const after = open();
    expect((await after.query({ pk: "P" })).map((record) => record.sk)).toEqual(["ever", "new"]);
    after.close();
  });

  it("forgets what has expired while many come", async () => {
    const records = open();
    const write = (n: number) =>
      records.put({ pk: "P", sk: String(n), data: {}, expiresAt: n + 1 }, "absent");
    await Promise.all(Array.from({ length: 1_200 }, (_, n) => write(n)));
    expect((await records.query({ pk: "P" })).length).toBeLessThan(500);
    records.close();
  });

  it("fails a write that is no JSON alone, and keeps its neighbours", async () => {
    const records = open();
    const circular: { self?: unknown } = {};
    circular.self = circular;
    const results = await Promise.allSettled([
      records.put({ pk: "P", sk: "A", data: {} }, "absent"),
      records.put({ pk: "P", sk: "B", data: circular }, "absent"),
      records.put({ pk: "P", sk: "C", data: {} }, "absent"),
    ]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await records.query({ pk: "P" })).toHaveLength(2);
    records.close();
  });
});
