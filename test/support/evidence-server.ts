import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { createFilesEvidenceStore, type FilesEvidenceStore } from "#adapters/local/evidence-store.files.ts";
import { createUploadRoutes } from "#adapters/local/upload-routes.ts";
import type { Clock } from "#ports/clock.ts";

export type EvidenceServer = {
  readonly store: FilesEvidenceStore;
  /** Keys in the order in which their objects appeared. */
  readonly created: readonly string[];
  readonly port: number;
  readonly end: () => Promise<void>;
};

/** A files store in the folder, with its upload routes on a port of this machine. */
export async function startEvidenceServer(options: {
  readonly folder: string;
  readonly clock?: Clock;
  readonly idleMilliseconds?: number;
}): Promise<EvidenceServer> {
  const created: string[] = [];
  let port = 0;
  const store = createFilesEvidenceStore({
    clock: { now: () => new Date() },
    lockDays: 31,
    ...options,
    baseUrl: () => `http://127.0.0.1:${port}`,
    onObjectCreated: ({ key }) => created.push(key),
  });
  const server = createAdaptorServer({ fetch: createUploadRoutes(store).fetch });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  const end = async () => {
    if ("closeAllConnections" in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { store, created, port, end };
}
