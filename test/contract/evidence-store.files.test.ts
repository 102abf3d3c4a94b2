import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFilesEvidenceStore } from "#adapters/local/evidence-store.files.ts";
import { startEvidenceServer } from "#test/support/evidence-server.ts";
import { describeEvidenceStore } from "./evidence-store.suite.ts";

describeEvidenceStore("files", async () => {
  const folder = await mkdtemp(join(tmpdir(), "witnessed-evidence-"));
  const server = await startEvidenceServer({ folder });
  const storeOf = (seconds: number, lockDays: number) =>
    createFilesEvidenceStore({
      folder,
      baseUrl: () => `http://127.0.0.1:${server.port}`,
      clock: { now: () => new Date(Date.now() - seconds * 1000) },
      lockDays,
    });
  return {
    store: server.store,
    storeAgo: (seconds) => storeOf(seconds, 31),
    withoutLock: storeOf(0, 0),
    abort: ({ uploadId }) => rm(join(folder, "multipart", uploadId), { recursive: true }),
    end: async () => {
      await server.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
});
